/** Objects as people name them: as kubectl does (`deployment/web`, `deploy/web`, `deployments.apps/web`), or as plans print them
 * (`Deployment.apps shop/web`). */
import {
  counted,
  type DesiredApplication,
  type DesiredObject,
  formatKey,
  nearest,
  type ObjectKey,
  parseKey,
  TruekeelError,
} from '../../lib/objects/index.ts';

export interface NamedObject {
  readonly key: ObjectKey;
  /** Absent: the release does not have it. */
  readonly object?: DesiredObject;
  readonly application?: string;
}

/** Short names of built-in kinds (`kubectl api-resources`). */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  cj: 'CronJob',
  cm: 'ConfigMap',
  crd: 'CustomResourceDefinition',
  crds: 'CustomResourceDefinition',
  deploy: 'Deployment',
  ds: 'DaemonSet',
  ep: 'Endpoints',
  hpa: 'HorizontalPodAutoscaler',
  ing: 'Ingress',
  limits: 'LimitRange',
  netpol: 'NetworkPolicy',
  ns: 'Namespace',
  pc: 'PriorityClass',
  pdb: 'PodDisruptionBudget',
  po: 'Pod',
  pv: 'PersistentVolume',
  pvc: 'PersistentVolumeClaim',
  quota: 'ResourceQuota',
  rs: 'ReplicaSet',
  sa: 'ServiceAccount',
  sc: 'StorageClass',
  sts: 'StatefulSet',
  svc: 'Service',
};

interface Wanted {
  readonly kind: string;
  /** Absent: any. */
  readonly group?: string;
  /** Absent: any. */
  readonly namespace?: string;
  readonly name: string;
}

/** Finds an object of a release.
 * @param namespace where to look; in all of them when absent
 * @throws TruekeelError `INVALID_FLAG`, `NO_SUCH_OBJECT`, `AMBIGUOUS_OBJECT` */
export function findObject(
  applications: readonly DesiredApplication[],
  text: string,
  namespace: string | undefined,
): NamedObject {
  const exact = text.includes(' ') ? parsePlanned(text) : undefined;
  const wanted = exact ? { ...exact } : parseKubectl(text, namespace);
  const all = applications.flatMap(({ name, objects }) =>
    objects.map((object) => ({ application: name, object })),
  );
  const found = all.filter(({ object }) => isMeant(object.key, wanted));
  const [first] = found;
  if (found.length === 1) return { key: first!.object.key, ...first! };
  if (first)
    throw ambiguous(
      text,
      found.map(({ object }) => object.key),
    );
  // What was named exactly may have been there once.
  if (exact) return { key: exact };
  throw unknown(
    text,
    all.map(({ object }) => object.key),
  );
}

function parsePlanned(text: string): ObjectKey {
  try {
    return parseKey(text);
  } catch {
    throw notAName(text);
  }
}

function parseKubectl(text: string, namespace: string | undefined): Wanted {
  const [type = '', name = '', ...rest] = text.split('/');
  if (type === '' || name === '' || rest.length > 0) throw notAName(text);
  const dot = type.indexOf('.');
  return {
    kind: dot < 0 ? type : type.slice(0, dot),
    name,
    ...(dot >= 0 && { group: type.slice(dot + 1) }),
    ...(namespace !== undefined && { namespace }),
  };
}

function isMeant(key: ObjectKey, { kind, group, namespace, name }: Wanted): boolean {
  if (key.name !== name || !namesOf(key.kind).has(kind.toLowerCase())) return false;
  // A namespace says nothing of what is in none.
  if (namespace !== undefined && key.namespace !== '' && key.namespace !== namespace) return false;
  // kubectl takes a version before the group: `deployments.v1.apps`.
  return group === undefined || group === key.group || group.replace(/^v[^.]*\.?/, '') === key.group;
}

/** In lower case: the kind, its plural, its short names. */
function namesOf(kind: string): ReadonlySet<string> {
  const one = kind.toLowerCase();
  const short = Object.entries(SHORT_NAMES).flatMap(([name, of]) => (of === kind ? [name] : []));
  return new Set([one, pluralOf(one), ...short]);
}

/** As code generators of Kubernetes make it (apimachinery, UnsafeGuessKindToResource). */
function pluralOf(kind: string): string {
  if (kind.endsWith('endpoints')) return kind;
  if (/(?:s|x|z|ch|sh)$/.test(kind)) return `${kind}es`;
  return kind.endsWith('y') ? `${kind.slice(0, -1)}ies` : `${kind}s`;
}

function notAName(text: string): TruekeelError {
  return new TruekeelError(`${JSON.stringify(text)} names no object`, {
    code: 'INVALID_FLAG',
    family: 'usage',
    hint: "Write it as kubectl takes it, `deployment/web` with --namespace, or as plans print it, 'Deployment.apps shop/web'.",
  });
}

function ambiguous(text: string, keys: readonly ObjectKey[]): TruekeelError {
  const shown = keys.slice(0, 10).map((key) => `'${formatKey(key)}'`);
  return new TruekeelError(`${text} may be ${counted(keys.length, 'object')}`, {
    code: 'AMBIGUOUS_OBJECT',
    family: 'usage',
    hint: `Give --namespace, or one of: ${shown.join(', ')}.`,
  });
}

function unknown(text: string, keys: readonly ObjectKey[]): TruekeelError {
  const near = nearest(
    text,
    keys.map(({ kind, name }) => `${kind.toLowerCase()}/${name}`),
  );
  return new TruekeelError(`the release has no ${text}`, {
    code: 'NO_SUCH_OBJECT',
    family: 'usage',
    hint: `${near === undefined ? '' : `Is it ${near}? `}\`truekeel status\` lists the objects. What is no longer there is named as plans print it, 'Deployment.apps shop/web'.`,
  });
}
