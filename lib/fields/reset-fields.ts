/** What a request can never give anyone to own, because the API server resets it whatever is sent: status in
 * requests for the object itself, everything else in those for its status. */
import { FieldSet } from './field-set.ts';
import { fieldPath } from './path.ts';

/** Keeps of a field set what a manager can come to own by a request.
 * @param apiVersion of the kind, in which the fields are written */
export type FieldFilter = (fields: FieldSet, apiVersion: string) => FieldSet;

export const KEEP_ALL: FieldFilter = (fields) => fields;

export interface ResetTarget {
  readonly group: string;
  readonly kind: string;
  /** `status`, `ephemeralcontainers`, …; undefined for the object itself. */
  readonly subresource?: string | undefined;
  /** Whether the kind has a status subresource. */
  readonly hasStatus: boolean;
  /** For custom resources: the apiVersion of a request for the object itself. kube-apiserver filters such
   * requests in their own version only, so that a status sent along can take fields from managers that wrote
   * status in another. */
  readonly onlyIn?: string;
}

const path = (...names: readonly string[]): FieldSet => FieldSet.of(fieldPath(...names));
const STATUS = path('status');
const SPEC = path('spec');
const METADATA = path('metadata');

/** Kinds from before resets were written down as a rule: an update of their status may change their metadata.
 * The names are as in {@link kindName}; what is reset besides spec stands behind them (Kubernetes 1.37,
 * pkg/registry, GetResetFields). */
const METADATA_WITH_STATUS: ReadonlyMap<string, FieldSet> = new Map([
  ...[
    'Namespace',
    'Node',
    'PersistentVolume',
    'PersistentVolumeClaim',
    'ReplicationController',
    'ResourceQuota',
    'Service',
    'DaemonSet.apps',
    'ReplicaSet.apps',
    'StatefulSet.apps',
    'HorizontalPodAutoscaler.autoscaling',
    'CronJob.batch',
    'Job.batch',
    'Ingress.networking.k8s.io',
    'PodDisruptionBudget.policy',
  ].map((kind): [string, FieldSet] => [kind, FieldSet.empty]),
  ['Pod', path('metadata', 'deletionTimestamp').union(path('metadata', 'ownerReferences'))],
  ['Deployment.apps', path('metadata', 'labels')],
  ['CertificateSigningRequest.certificates.k8s.io', path('status', 'conditions')],
]);

/** The filter of a request, as kube-apiserver has it for its own kinds and for custom resources. */
export function resetFieldsFilter(target: ResetTarget): FieldFilter {
  const { subresource, hasStatus, onlyIn } = target;
  const kind = kindName(target);
  if (kind === 'CertificateSigningRequest.certificates.k8s.io') {
    if (subresource === undefined) return excluding(SPEC.union(STATUS));
    if (subresource === 'approval') return excluding(SPEC.union(path('status', 'certificate')));
  }
  if (kind === 'Pod' && subresource === 'ephemeralcontainers')
    return including(['spec', 'ephemeralContainers']);
  if (kind === 'Pod' && subresource === 'resize') {
    return including(
      ['spec', 'containers', ANY, 'resources'],
      ['spec', 'containers', ANY, 'resizePolicy'],
      ['spec', 'initContainers', ANY, 'resources'],
      ['spec', 'initContainers', ANY, 'resizePolicy'],
    );
  }
  if (subresource === 'status') return excluding(SPEC.union(METADATA_WITH_STATUS.get(kind) ?? METADATA));
  if (!hasStatus) return KEEP_ALL;
  const withoutStatus = excluding(STATUS);
  return onlyIn === undefined
    ? withoutStatus
    : (fields, apiVersion) => (apiVersion === onlyIn ? withoutStatus(fields, apiVersion) : fields);
}

function kindName({ group, kind }: ResetTarget): string {
  return group === '' ? kind : `${kind}.${group}`;
}

function excluding(fields: FieldSet): FieldFilter {
  return (set) => set.recursiveDifference(fields);
}

const ANY = Symbol('any element');
type Pattern = readonly (string | typeof ANY)[];

/** Keeps what a pattern leads to, everything below it, and the members on the way. */
function including(...patterns: readonly Pattern[]): FieldFilter {
  return (set, apiVersion) =>
    FieldSet.from(
      set.entries().flatMap((entry) => {
        const name = entry.element.type === 'field' ? entry.element.name : undefined;
        const rest = patterns
          .filter(([first]) => first === ANY || first === name)
          .map((pattern) => pattern.slice(1));
        if (rest.length === 0) return [];
        if (rest.some((pattern) => pattern.length === 0)) return [entry];
        return [{ ...entry, below: including(...rest)(entry.below, apiVersion) }];
      }),
    );
}
