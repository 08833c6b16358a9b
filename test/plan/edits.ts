/** Objects of many kinds, and random edits of them: plain ones, ones that the server fills in or corrects, and ones that
 * it refuses. */
import fc from 'fast-check';
import type { JsonObject, JsonValue, KubernetesObject } from '../../lib/objects/index.ts';

export type Edit = (object: JsonObject) => JsonObject;

/** An object as it is first applied. */
export function base(kind: string, namespace: string, name: string): KubernetesObject {
  const metadata = { namespace, name, labels: { tier: 'a' }, annotations: { note: 'a' } };
  const { type, ...content } = BASES[kind]!(name);
  const [apiVersion = '', plainKind = ''] = String(type).split(' ');
  return { apiVersion, kind: plainKind, metadata, ...content };
}

const container = (name: string): JsonObject => ({
  name,
  image: 'example/web:1',
  args: ['--first'],
  env: [
    { name: 'FIRST', value: '1' },
    { name: 'SECOND', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
  ],
  ports: [{ containerPort: 8080 }],
});

const podTemplate = (name: string): JsonObject => ({
  metadata: { labels: { app: name }, annotations: { checksum: '1' } },
  spec: { containers: [container('web'), container('side')], initContainers: [container('init')] },
});

const workload = (type: string, more: JsonObject) => (name: string) => ({
  type,
  spec: { selector: { matchLabels: { app: name } }, template: podTemplate(name), ...more },
});

const BASES: Readonly<Record<string, (name: string) => JsonObject>> = {
  ConfigMap: () => ({ type: 'v1 ConfigMap', data: { a: '1', b: '2' }, binaryData: { c: 'AAEC' } }),
  Secret: () => ({ type: 'v1 Secret', data: { a: 'b25l', b: 'dHdv' } }),
  Deployment: workload('apps/v1 Deployment', { replicas: 0 }),
  StatefulSet: workload('apps/v1 StatefulSet', { replicas: 0, serviceName: 'x' }),
  DaemonSet: workload('apps/v1 DaemonSet', {}),
  Service: () => ({ type: 'v1 Service', spec: { selector: { app: 'x' }, ports: [{ port: 80 }] } }),
  ServiceAccount: () => ({ type: 'v1 ServiceAccount' }),
  CronJob: (name) => ({
    type: 'batch/v1 CronJob',
    spec: {
      schedule: '0 0 1 1 *',
      suspend: true,
      jobTemplate: {
        spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name, image: 'x:1' }] } } },
      },
    },
  }),
  NetworkPolicy: () => ({
    type: 'networking.k8s.io/v1 NetworkPolicy',
    spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] },
  }),
  PodDisruptionBudget: () => ({
    type: 'policy/v1 PodDisruptionBudget',
    spec: { minAvailable: 1, selector: { matchLabels: { app: 'x' } } },
  }),
};

export const KINDS: readonly string[] = Object.keys(BASES);

/** Sets what is at a path of fields and list positions; undefined takes it out. */
function set(
  object: JsonObject,
  path: readonly (string | number)[],
  value: JsonValue | undefined,
): JsonObject {
  const [step, ...rest] = path;
  const change = (below: JsonValue | undefined): JsonValue | undefined =>
    rest.length === 0 ? value : set((below ?? {}) as JsonObject, rest, value); // the paths here lead through maps and lists
  if (Array.isArray(object)) {
    return object.map((item: JsonValue, index) =>
      index === step ? change(item) : item,
    ) as unknown as JsonObject;
  }
  const { [step!]: below, ...others } = object;
  const changed = change(below);
  return changed === undefined ? others : { ...others, [step!]: changed };
}

const text = fc.oneof(
  fc.constantFrom('', ' ', '1', 'b25l', 'two words', 'a\nb', 'ü→😀', 'x'.repeat(5_000)),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
/** Mostly what is in order, so that a run sees more than refusals. */
const mostly = <T>(good: readonly T[], bad: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...good) },
    { weight: 1, arbitrary: fc.constantFrom(...bad) },
  );
const dataKey = mostly(['a', 'b', 'c', 'app.conf', '_x'], ['bad key', '..', '']);
const metadataName = mostly(
  ['tier', 'note', 'example.com/owner', 'app.kubernetes.io/part-of'],
  ['pod-security.kubernetes.io/enforce', 'not valid', 'Example.com/x', 'a..b/x'],
);
const labelValue = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('', 'a', 'b-1', 'C_2') },
  { weight: 1, arbitrary: fc.oneof(fc.constantFrom('not valid', 'x'.repeat(64)), text) },
);
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 4 });
const at =
  (path: readonly (string | number)[]) =>
  (value: JsonValue | undefined): Edit =>
  (object) =>
    set(object, path, value);

const metadataEdit: fc.Arbitrary<Edit> = fc.oneof(
  fc
    .tuple(metadataName, optional(labelValue))
    .map(([name, value]) => at(['metadata', 'labels', name])(value)),
  fc.tuple(metadataName, optional(text)).map(([name, value]) => at(['metadata', 'annotations', name])(value)),
);

const base64 = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('base64'));
const dataEdit = (field: string, value: fc.Arbitrary<string>): fc.Arbitrary<Edit> =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.tuple(dataKey, optional(value)).map(([key, next]) => at([field, key])(next)),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom<JsonValue | undefined>(undefined, {}).map((next) => at([field])(next)),
    },
  );
const encoded = fc.oneof({ weight: 6, arbitrary: base64 }, { weight: 1, arbitrary: text });

const containerAt = fc.constantFrom<readonly (string | number)[]>(
  ['spec', 'template', 'spec', 'containers', 0],
  ['spec', 'template', 'spec', 'containers', 1],
  ['spec', 'template', 'spec', 'initContainers', 0],
);
const image = mostly(['example/web:2', 'example/web:latest', 'example/web'], ['', ' example/web:3']);
const inContainer = (path: readonly (string | number)[], value: fc.Arbitrary<JsonValue | undefined>) =>
  fc.tuple(containerAt, value).map(([container_, next]) => at([...container_, ...path])(next));

const templateEdit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 3, arbitrary: inContainer(['image'], image) },
  { weight: 3, arbitrary: inContainer(['env', 0, 'value'], optional(text)) },
  {
    weight: 2,
    arbitrary: inContainer(
      ['args'],
      mostly<JsonValue | undefined>([['--second'], ['--a', '']], [[], undefined]),
    ),
  },
  {
    weight: 2,
    arbitrary: optional(text).map(at(['spec', 'template', 'metadata', 'annotations', 'checksum'])),
  },
  {
    weight: 2,
    arbitrary: fc.oneof(
      inContainer(['command'], fc.constantFrom<JsonValue>(['sh'])),
      inContainer(['imagePullPolicy'], fc.constantFrom<JsonValue>('Always', 'Sometimes')),
      inContainer(['ports', 0, 'containerPort'], fc.constantFrom<JsonValue>(8081, 0)),
      inContainer(['resources'], fc.constant<JsonValue>({ requests: { cpu: '0.5' } })),
      fc.constant(at(['spec', 'template', 'metadata', 'annotations'])(undefined)),
      fc.constant(at(['spec', 'template', 'metadata', 'labels', 'more'])('x')),
    ),
  },
);
const replicasEdit: fc.Arbitrary<Edit> = fc
  .constantFrom<JsonValue | undefined>(1, 2, -1, undefined)
  .map(at(['spec', 'replicas']));

const OWN: Readonly<Record<string, fc.Arbitrary<Edit>>> = {
  ConfigMap: fc.oneof(
    { weight: 6, arbitrary: dataEdit('data', text) },
    { weight: 3, arbitrary: dataEdit('binaryData', encoded) },
    { weight: 1, arbitrary: fc.constant(at(['immutable'])(true)) },
  ),
  Secret: fc.oneof(
    { weight: 8, arbitrary: dataEdit('data', encoded) },
    { weight: 1, arbitrary: fc.constant(at(['type'])('example.com/other')) },
    { weight: 1, arbitrary: fc.constant(at(['stringData'])({ a: 'x' })) },
  ),
  Deployment: fc.oneof(
    templateEdit,
    replicasEdit,
    fc.constant(at(['spec', 'strategy'])({ type: 'Recreate' })),
  ),
  StatefulSet: fc.oneof(templateEdit, replicasEdit, fc.constant(at(['spec', 'serviceName'])('y'))),
  DaemonSet: templateEdit,
  Service: fc.constantFrom<Edit>(at(['spec', 'ports', 0, 'port'])(81), at(['spec', 'type'])('NodePort')),
  CronJob: fc.constantFrom('0 1 * * *', 'never').map(at(['spec', 'schedule'])),
  PodDisruptionBudget: fc.constantFrom<JsonValue>(2, '50%').map(at(['spec', 'minAvailable'])),
};

/** One or two edits of an object of a kind. */
export function edits(kind: string): fc.Arbitrary<readonly Edit[]> {
  const own = OWN[kind];
  const edit = own
    ? fc.oneof({ weight: 3, arbitrary: own }, { weight: 1, arbitrary: metadataEdit })
    : metadataEdit;
  return fc.array(edit, { minLength: 1, maxLength: 2 });
}
