/** `truekeel import namespace`: from what people wrote into a namespace of a cluster to a program that renders it. */
import { resolve } from 'node:path';
import { generateProgram } from '../../../lib/import/index.ts';
import { type Written, writtenPart } from '../../../lib/import/live/index.ts';
import { type ApiResource, type KubeClient, KubeError } from '../../../lib/kube/index.ts';
import {
  compareText,
  formatApiVersion,
  formatKey,
  type GroupVersionKind,
  type JsonValue,
  type KubernetesObject,
  keyOf,
  TruekeelError,
} from '../../../lib/objects/index.ts';
import { mapConcurrent } from '../../../lib/plan/index.ts';
import { assembleObjects } from '../../../lib/render/index.ts';
import { connectTarget } from '../../pipeline/target.ts';
import type { Command } from '../command.ts';
import { clusterOptions, readSettings, text } from '../settings.ts';
import { type LeftOut, printProgram } from './print.ts';
import { applicationName, plainSecret, writeProven } from './proof.ts';

/** Kinds whose objects are records of what happened, or made for others, whoever wrote them. */
const RECORDS: ReadonlySet<string> = new Set([
  ...['/Event', 'events.k8s.io/Event', 'coordination.k8s.io/Lease', '/Endpoints'],
  ...['discovery.k8s.io/EndpointSlice', 'apps/ControllerRevision', 'cilium.io/CiliumEndpoint'],
]);

export const importNamespace: Command = async ([namespace], flags, context) => {
  const started = performance.now();
  if (namespace === undefined) {
    throw new TruekeelError('which namespace?', {
      code: 'INVALID_FLAG',
      family: 'usage',
      hint: 'Name one that the cluster has.',
    });
  }
  const client = await connectTarget(clusterOptions(await readSettings(flags, context)));
  try {
    const { objects, left } = await writtenIn(client, namespace);
    const application = text(flags.application) ?? applicationName(namespace);
    const environment = text(flags.environment) ?? 'production';
    const wanted = assembleObjects([{ application, objects }], { environment });
    const manifests = objects.map((object) => ({ object }));
    const origin = `Made of namespace ${namespace} of ${client.server} by truekeel import namespace: what people wrote into it.`;
    const applications = [{ name: application, objects: manifests }];
    const program = generateProgram([{ name: environment, applications }], origin);
    const out = resolve(context.cwd, text(flags.out) ?? 'main.ts');
    await writeProven({ out, text: program, wanted: [wanted] });
    return printProgram({ what: 'namespace', out, wanted: [wanted], left, started }, flags, context);
  } finally {
    await client.close();
  }
};

interface Found {
  readonly objects: readonly KubernetesObject[];
  readonly left: readonly LeftOut[];
}

async function writtenIn(client: KubeClient, namespace: string): Promise<Found> {
  const namespaces = await client.resource({ group: '', version: 'v1', kind: 'Namespace' });
  const itself = await client.get(namespaces, { namespace: '', name: namespace });
  if (!itself) {
    throw new TruekeelError(`${client.server} has no namespace ${namespace}`, {
      code: 'NO_NAMESPACE',
      family: 'usage',
      hint: 'Check the name and the context: `kubectl get namespaces` lists them.',
    });
  }
  const resources = (await client.resources()).filter(
    ({ namespaced, verbs, group, kind }) =>
      namespaced && verbs.includes('create') && !RECORDS.has(`${group}/${kind}`),
  );
  const [schemas, lists] = await Promise.all([
    customSchemas(client),
    mapConcurrent(resources, 8, (resource) => list(client, resource, namespace)),
  ]);
  const left: LeftOut[] = lists.flatMap((found) => ('because' in found ? [found] : []));
  const live = [itself, ...lists.flatMap((found) => ('items' in found ? found.items : []))];
  const objects = unique(live).flatMap((object) => {
    const written = writtenPart(object, schemas);
    const because = reasonToLeave(object, written);
    if (because === undefined) return 'object' in written ? [written.object] : [];
    left.push({ key: formatKey(keyOf(object)), because });
    return [];
  });
  if (objects.length === 0) {
    throw new TruekeelError(`nobody wrote anything into namespace ${namespace} of ${client.server}`, {
      code: 'NO_NAMESPACE',
      family: 'usage',
      hint: 'Check the name and the context.',
    });
  }
  return { objects, left };
}

/** What a person should know is not in the program; undefined for what is, and what the cluster makes by itself. */
function reasonToLeave(object: KubernetesObject, written: Written): string | undefined {
  if ('madeBy' in written) {
    return typeof written.madeBy === 'object' ? `it was made by ${written.madeBy.manager}` : undefined;
  }
  return plainSecret(object);
}

/** The same object can be served by several groups. */
function unique(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const byUid = new Map(objects.map((object) => [object.metadata.uid ?? formatKey(keyOf(object)), object]));
  const order = ({ kind, metadata }: KubernetesObject) =>
    `${kind === 'Namespace' ? ' ' : kind} ${metadata.name}`;
  return [...byUid.values()].sort((a, b) => compareText(order(a), order(b)));
}

async function list(
  client: KubeClient,
  resource: ApiResource,
  namespace: string,
): Promise<{ readonly items: readonly KubernetesObject[] } | LeftOut> {
  try {
    const { items } = await client.list(resource, { namespace });
    // Items of a list do not say what they are.
    const { group, version, kind } = resource;
    return { items: items.map((item) => ({ ...item, apiVersion: formatApiVersion(group, version), kind })) };
  } catch (error) {
    if (!(error instanceof KubeError) || error.code !== 'FORBIDDEN') throw error;
    const { group, kind } = resource;
    return {
      key: `${group === '' ? kind : `${kind}.${group}`} ${namespace}/*`,
      because: 'it may not be listed',
    };
  }
}

/** The schemas of custom kinds; none where definitions may not be read, and then their defaults stay in the objects. */
async function customSchemas(client: KubeClient): Promise<(kind: GroupVersionKind) => JsonValue | undefined> {
  const schemas = new Map<string, JsonValue>();
  try {
    const resource = await client.resource({
      group: 'apiextensions.k8s.io',
      version: 'v1',
      kind: 'CustomResourceDefinition',
    });
    for (const { spec } of (await client.list(resource)).items) {
      for (const { name, schema } of spec.versions) {
        schemas.set(`${spec.group}/${name}/${spec.names.kind}`, schema?.openAPIV3Schema);
      }
    }
  } catch (error) {
    if (!(error instanceof KubeError) || error.code !== 'FORBIDDEN') throw error;
  }
  return ({ group, version, kind }) => schemas.get(`${group}/${version}/${kind}`);
}
