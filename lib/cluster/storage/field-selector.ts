/** Field selectors: `metadata.name=web,status.phase!=Running`, over the fields that a kind offers for it. */
import type { KubernetesObject } from '../../objects/index.ts';
import type { Resource } from '../resources/resource.ts';
import { badRequest } from '../status.ts';

export type FieldPredicate = (object: KubernetesObject) => boolean;

const EVERY_KIND = ['metadata.name', 'metadata.namespace'];

/** What the built-in kinds offer beside name and namespace (their strategies' selectable fields). */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  '/Pod': [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.podIPs',
    'status.nominatedNodeName',
  ],
  '/Event': [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  '/Secret': ['type'],
  '/Service': ['spec.clusterIP', 'spec.type'],
  '/Namespace': ['status.phase'],
  '/Node': ['spec.unschedulable'],
  '/ReplicationController': ['status.replicas'],
  'apps/ReplicaSet': ['status.replicas'],
  'batch/Job': ['status.successful'],
  'certificates.k8s.io/CertificateSigningRequest': ['spec.signerName'],
};

/** What an absent field counts as. */
const ABSENT: Readonly<Record<string, string>> = {
  'spec.hostNetwork': 'false',
  'spec.unschedulable': 'false',
  'status.replicas': '0',
  'status.successful': '0',
};

/** Where the value is, when the selector's name for it is not its path. */
const PATHS: Readonly<Record<string, string>> = {
  'status.successful': 'status.succeeded',
  source: 'source.component',
  'status.podIPs': 'status.podIP',
};

/** @throws ApiError 400 when it does not parse or the kind does not offer the field */
export function parseFieldSelector(text: string, resource: Resource): FieldPredicate {
  if (text.trim() === '') return () => true;
  const offered = [
    ...EVERY_KIND,
    ...(FIELDS[`${resource.group}/${resource.kind}`] ?? []),
    ...(resource.group === 'events.k8s.io' ? ['reason', 'type', 'regarding.kind', 'regarding.name'] : []),
    ...(resource.custom?.selectableFields ?? []),
  ];
  const predicates = text
    .split(/(?<!\\),/)
    .filter((term) => term !== '')
    .map((term): FieldPredicate => {
      const match = /^([^=!]+)(==|=|!=)(.*)$/.exec(term);
      if (!match) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
      const [, field = '', operator, raw = ''] = match;
      if (!offered.includes(field)) {
        const hasOwn = offered.length > EVERY_KIND.length;
        const names = EVERY_KIND.map((known) => JSON.stringify(known)).join(', ');
        throw badRequest(
          hasOwn || resource.custom
            ? `field label not supported: ${field}`
            : `${JSON.stringify(field)} is not a known field selector: only ${names}`,
        );
      }
      const value = raw.replace(/\\([\\,=])/g, '$1');
      const path = (PATHS[field] ?? field).split('.');
      return operator === '!='
        ? (object) => valueAt(object, path, field) !== value
        : (object) => valueAt(object, path, field) === value;
    });
  return (object) => predicates.every((predicate) => predicate(object));
}

function valueAt(object: KubernetesObject, path: readonly string[], field: string): string {
  let value: unknown = object;
  for (const name of path) value = (value as Record<string, unknown> | undefined)?.[name]; // a JSON object or absent: schemas forbid scalars on these paths
  return value === undefined || value === null ? (ABSENT[field] ?? '') : String(value);
}
