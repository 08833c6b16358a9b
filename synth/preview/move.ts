/** The environment of a program → a preview of it: everything in one namespace, on hosts of its own, and nothing outside.
 * Pure: in comes what was rendered, out goes what is applied. */
import {
  Annotation,
  type DependencyEdge,
  formatKey,
  type KubernetesObject,
  keyOf,
  type ObjectKey,
  type ObjectMeta,
  type PreviewSettings,
  type RenderedApplication,
  type RenderedEnvironment,
  type RenderedObject,
  readAfter,
  TruekeelError,
  TruekeelErrors,
} from '../../lib/objects/index.ts';
import { entranceOf, type HostOf, hostProblem, hostsOf } from './hosts.ts';
import { LIMITS_APPLICATION, limitsApplication, renderedObject } from './limits.ts';
import { Relocation } from './relocation.ts';

/** What a preview does not have, and why, as a sentence without a full stop. */
export interface LeftOut {
  readonly key: ObjectKey;
  readonly because: string;
}

export interface MovedPreview {
  readonly namespace: string;
  readonly applications: readonly RenderedApplication[];
  /** Where it is reached, in the order of the program. */
  readonly urls: readonly string[];
  readonly left: readonly LeftOut[];
}

/** @param preview what it is called: the number of a pull request, or a name
 * @throws TruekeelErrors `PREVIEW_COLLISION` when objects of different namespaces meet; `PREVIEW_HOST` when hosts do, or
 * one cannot be */
export function moveToPreview(
  environment: Pick<RenderedEnvironment, 'applications'>,
  settings: PreviewSettings,
  preview: string,
): MovedPreview {
  const namespace = `${settings.namespacePrefix}-${preview}`;
  const { kept, left } = sort(environment.applications, settings);
  const all = kept.flatMap(({ objects }) => objects);
  const errors: TruekeelError[] = [];
  // Where there is no URL, nothing is left that has a host.
  const hostOf = hostsOf(settings.url ?? '', { preview, namespace });
  const hosts = hostsIn(all, hostOf, errors);
  const relocation = new Relocation({
    namespaces: new Set(environment.applications.flatMap(namespacesOf)),
    to: namespace,
    services: new Set(all.flatMap(({ key }) => (isService(key) ? [`${key.name}.${key.namespace}`] : []))),
    hosts: hosts.moved,
  });
  const applications = kept.map((application) =>
    moveApplication(application, { relocation, namespace, hostOf }),
  );
  checkCollisions(kept, namespace, errors);
  if (errors.length > 0) throw new TruekeelErrors(errors.map(({ message }) => message).join('\n'), errors);
  const scheme = settings.url?.startsWith('http://') ? 'http' : 'https';
  return {
    namespace,
    applications: [...applications, limitsApplication(settings, namespace)],
    urls: hosts.shown.map((host) => `${scheme}://${host}`),
    left,
  };
}

interface Sorted {
  readonly kept: readonly RenderedApplication[];
  readonly left: readonly LeftOut[];
}

function sort(applications: readonly RenderedApplication[], settings: PreviewSettings): Sorted {
  const left: LeftOut[] = [];
  const kept = applications.map((application) => ({
    ...application,
    objects: application.objects.filter((object) => {
      const because = reasonToLeave(object, settings);
      if (because !== undefined) left.push({ key: object.key, because });
      return because === undefined;
    }),
  }));
  // The namespace of the base is replaced, which needs no words.
  return { kept, left: left.filter(({ key }) => !isNamespace(key)) };
}

/** Kinds that bring values of secrets to where they stand. */
const SECRET_KINDS: ReadonlySet<string> = new Set([
  'Secret',
  'ExternalSecret.external-secrets.io',
  'SealedSecret.bitnami.com',
  'VaultDynamicSecret.secrets.hashicorp.com',
  'VaultPKISecret.secrets.hashicorp.com',
  'VaultStaticSecret.secrets.hashicorp.com',
]);

/** Whether objects of the kind bring values of secrets to where they stand. */
function isSecretKind({ group, kind }: Pick<ObjectKey, 'group' | 'kind'>): boolean {
  return SECRET_KINDS.has(group === '' ? kind : `${kind}.${group}`);
}

function reasonToLeave(
  { key, object, version }: RenderedObject,
  { secrets, url }: PreviewSettings,
): string | undefined {
  if (key.namespace === '') return 'it is in no namespace: previews share it with everybody';
  if (isSecretKind(key) && !secrets.includes(key.name) && !secrets.includes(version?.of ?? key.name))
    return 'it holds secrets, and `secrets` of the previews does not name it';
  const entrance = entranceOf(object);
  if (entrance === 'other') return 'which hosts it takes is not known: it could take those of the base';
  return entrance && url === undefined ? 'previews have no `url`' : undefined;
}

interface Hosts {
  /** Those that can be told from other text, and what takes their place. */
  readonly moved: ReadonlyMap<string, string>;
  readonly shown: readonly string[];
}

function hostsIn(objects: readonly RenderedObject[], hostOf: HostOf, errors: TruekeelError[]): Hosts {
  const moved = new Map<string, string>();
  const takenBy = new Map<string, string>();
  const take = (host: string, target: string, { key, constructPath, source }: RenderedObject): void => {
    const other = takenBy.get(target);
    takenBy.set(target, host);
    const problem = hostProblem(target);
    if (problem === undefined && (other === undefined || other === host)) return;
    errors.push(
      new TruekeelError(
        problem === undefined
          ? `${other} and ${host} would both be ${target} in the preview`
          : `the preview of ${host} would be ${target}, which ${problem}`,
        {
          code: 'PREVIEW_HOST',
          family: 'validation',
          key,
          ...(constructPath !== undefined && { constructPath }),
          ...(source && { source }),
          hint: 'Let `url` of the previews have {label} or {host}, which tell hosts apart, and be short enough.',
        },
      ),
    );
  };
  for (const one of objects) {
    const entrance = entranceOf(one.object);
    if (!entrance || entrance === 'other') continue;
    for (const host of entrance.hosts(one.object)) {
      take(host.toLowerCase(), hostOf(host), one);
      if (host.includes('.')) moved.set(host.toLowerCase(), hostOf(host));
    }
    const own = hostOf(one.key.name);
    if (entrance.hosts(entrance.place(one.object, hostOf, own)).includes(own)) take(one.key.name, own, one);
  }
  return { moved, shown: [...takenBy.keys()].filter((host) => !host.startsWith('*.')) };
}

interface Move {
  readonly relocation: Relocation;
  readonly namespace: string;
  readonly hostOf: HostOf;
}

function moveApplication(application: RenderedApplication, move: Move): RenderedApplication {
  const { name, dependsOn, edges, health, owners, links, objects } = application;
  const names = new Set(objects.map(({ key }) => formatKey(key)));
  const moved = (key: ObjectKey): ObjectKey => ({ ...key, namespace: move.namespace });
  return {
    name,
    dependsOn: [...dependsOn, LIMITS_APPLICATION],
    edges: edges.flatMap(({ from, to, until }): readonly DependencyEdge[] =>
      names.has(formatKey(from)) && names.has(formatKey(to))
        ? [{ from: moved(from), to: moved(to), until }]
        : [],
    ),
    ...(health && { health }),
    ...(owners && { owners }),
    ...(links && { links }),
    objects: objects.map((one) => moveObject(name, one, move)),
  };
}

function moveObject(
  application: string,
  rendered: RenderedObject,
  { relocation, namespace, hostOf }: Move,
): RenderedObject {
  const { hook, version, constructPath, source, settings } = rendered;
  const { metadata, ...rest } = withoutClaims(placed(rendered.object, hostOf));
  // Values of secrets are no text of ours, and sealed ones are over their bytes.
  const content = isSecret(rendered.key) ? rest : relocation.value(rest);
  const object = {
    // The walk gives back what it was given, but for texts.
    ...(content as Omit<KubernetesObject, 'metadata'>),
    metadata: moveMetadata(metadata, relocation, namespace),
  } as KubernetesObject;
  return {
    ...renderedObject(application, object, { ...settings, prune: 'allow' }),
    ...(hook && { hook }),
    ...(version && { version }),
    ...(constructPath !== undefined && { constructPath }),
    ...(source && { source }),
  };
}

function placed(object: KubernetesObject, hostOf: HostOf): KubernetesObject {
  const entrance = entranceOf(object);
  if (!entrance || entrance === 'other') return object;
  return entrance.place(object, hostOf, hostOf(object.metadata.name));
}

/** Annotations by which an object takes what is the base's: names in the DNS of the outside. */
const CLAIMING = /^external-dns\.alpha\.kubernetes\.io\//;

function moveMetadata(metadata: ObjectMeta, relocation: Relocation, namespace: string): ObjectMeta {
  const { annotations, ...others } = metadata;
  const kept = Object.entries(annotations ?? {}).flatMap(([name, value]): readonly [string, string][] => {
    // What is kept from a deletion in the base is not in a preview: all of it goes when its time is over.
    if (name === Annotation.prune || CLAIMING.test(name)) return [];
    return [[name, name === Annotation.after ? moveAfter(metadata, relocation) : relocation.text(value)]];
  });
  return { ...others, namespace, ...(annotations && { annotations: Object.fromEntries(kept) }) };
}

function moveAfter(metadata: ObjectMeta, relocation: Relocation): string {
  const { keys } = readAfter({ apiVersion: '', kind: '', metadata });
  return keys
    .filter(({ namespace }) => namespace !== '')
    .map((key) => formatKey({ ...key, namespace: relocation.namespace(key.namespace) }))
    .join(', ');
}

/** Without fields by which it would take what is the base's: addresses, ports of nodes, a volume. */
function withoutClaims(object: KubernetesObject): KubernetesObject {
  const key = keyOf(object);
  const { spec } = object;
  if (typeof spec !== 'object' || spec === null) return object;
  if (isService(key) && spec.type !== 'ExternalName') {
    const {
      clusterIP,
      clusterIPs: _,
      externalIPs: __,
      loadBalancerIP: ___,
      type: ____,
      ports,
      ...others
    } = spec;
    const {
      externalTrafficPolicy: _p,
      healthCheckNodePort: _h,
      loadBalancerSourceRanges: _s,
      ...plain
    } = others;
    return {
      ...object,
      spec: {
        ...plain,
        ...(clusterIP === 'None' && { clusterIP }),
        ...(Array.isArray(ports) && { ports: ports.map(({ nodePort: _n, ...port }) => port) }),
      },
    };
  }
  if (key.group === '' && key.kind === 'PersistentVolumeClaim') {
    const { volumeName: _, ...others } = spec;
    return { ...object, spec: others };
  }
  return object;
}

function checkCollisions(
  applications: readonly RenderedApplication[],
  namespace: string,
  errors: TruekeelError[],
): void {
  const taken = new Map<string, RenderedObject>();
  for (const one of applications.flatMap(({ objects }) => objects)) {
    const key = { ...one.key, namespace };
    const other = taken.get(formatKey(key));
    taken.set(formatKey(key), one);
    if (!other) continue;
    errors.push(
      new TruekeelError(
        `${formatKey(other.key)} and ${formatKey(one.key)} would be one object in the preview`,
        {
          code: 'PREVIEW_COLLISION',
          family: 'validation',
          key: one.key,
          ...(one.constructPath !== undefined && { constructPath: one.constructPath }),
          ...(one.source && { source: one.source }),
          hint: 'A preview has one namespace: give one of them another name.',
        },
      ),
    );
  }
}

function namespacesOf({ objects }: RenderedApplication): readonly string[] {
  return objects.flatMap(({ key }) =>
    key.namespace === '' ? (isNamespace(key) ? [key.name] : []) : [key.namespace],
  );
}

function isNamespace({ group, kind }: ObjectKey): boolean {
  return group === '' && kind === 'Namespace';
}

function isSecret({ group, kind }: ObjectKey): boolean {
  return group === '' && kind === 'Secret';
}

function isService({ group, kind }: ObjectKey): boolean {
  return group === '' && kind === 'Service';
}
