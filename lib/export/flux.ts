import type {
  DesiredApplication,
  DesiredObject,
  HealthExpressions,
  JsonObject,
  KubernetesObject,
} from '../objects/index.ts';
import { emitYaml, formatKey } from '../objects/index.ts';
import { type Exported, type FollowedBranch, type LeftBehind, sealedLeftBehind } from './exported.ts';
import { folderOf } from './folder.ts';
import { fluxExpression } from './health-expression.ts';
import { objectName } from './object-name.ts';

export interface FluxOptions {
  /** Where the objects are to be: `flux-system`. */
  readonly namespace: string;
  /** How often the repository is looked at: `1m`. */
  readonly interval: string;
  /** A Secret beside them, with what the repository asks for; absent: it can be read by anybody. */
  readonly secret?: string;
}

const SOURCE = 'source.toolkit.fluxcd.io/v1';
const KUSTOMIZE = 'kustomize.toolkit.fluxcd.io';

/** A GitRepository, and a Kustomization for each application. */
export function exportFlux(followed: FollowedBranch, options: FluxOptions): Exported {
  const { environment, project, branch, url, applications } = followed;
  const { namespace, interval, secret } = options;
  const source = objectName(project, environment);
  const nameOf = (application: string) => objectName(project, environment, application);
  const left: LeftBehind[] = [...sealedLeftBehind(followed, 'Flux')];
  const repository: KubernetesObject = {
    apiVersion: SOURCE,
    kind: 'GitRepository',
    metadata: { name: source, namespace },
    spec: {
      interval,
      url: withScheme(url),
      ref: { branch },
      ...(secret !== undefined && { secretRef: { name: secret } }),
    },
  };
  const kustomizations = applications.map((application): KubernetesObject => {
    const patches = patchesOf(application);
    const expressions = healthOf(application, left);
    left.push(...leftOf(application));
    return {
      apiVersion: `${KUSTOMIZE}/v1`,
      kind: 'Kustomization',
      metadata: { name: nameOf(application.name), namespace },
      spec: {
        interval,
        sourceRef: { kind: 'GitRepository', name: source },
        path: `./${folderOf(application)}`,
        prune: true,
        ...readiness(application),
        ...(application.dependsOn.length > 0 && {
          dependsOn: application.dependsOn.map((name) => ({ name: nameOf(name) })),
        }),
        ...(patches.length > 0 && { patches }),
        ...(expressions.length > 0 && { healthCheckExprs: expressions }),
      },
    };
  });
  return { objects: [repository, ...kustomizations], left };
}

/** `git@host:path` as a URL, the only form that Flux takes. */
function withScheme(url: string): string {
  const short = /^(?<host>[^/:\s]+@[^/:\s]+):(?<path>[^/].*)$/.exec(url)?.groups;
  return short ? `ssh://${short.host}/${short.path}` : url;
}

/** All that it waits for, or the objects that somebody waits for. */
function readiness({ objects }: DesiredApplication): JsonObject {
  const awaited = objects.filter(({ settings }) => settings.wait === 'ready');
  if (awaited.length === objects.length) return { wait: true };
  return {
    healthChecks: awaited.map(({ apiVersion, key }) => ({
      apiVersion,
      kind: key.kind,
      name: key.name,
      ...(key.namespace !== '' && { namespace: key.namespace }),
    })),
  };
}

/** What Flux is told of an object by annotations, which the branch does not have. */
function patchesOf({ objects }: DesiredApplication): JsonObject[] {
  return objects.flatMap((object) => {
    const annotations = annotationsOf(object);
    if (Object.keys(annotations).length === 0) return [];
    const { apiVersion, key } = object;
    const { kind, name, namespace } = key;
    const patch = { apiVersion, kind, metadata: { name, annotations } };
    const [version = ''] = apiVersion.split('/').reverse();
    return [
      {
        patch: emitYaml(patch),
        target: {
          ...(key.group !== '' && { group: key.group }),
          version,
          kind,
          name: literal(name),
          ...(namespace !== '' && { namespace: literal(namespace) }),
        },
      },
    ];
  });
}

/** Names of targets are regular expressions, held against the whole. */
function literal(name: string): string {
  return name.replaceAll('.', '\\.');
}

function annotationsOf({ settings, hook, version }: DesiredObject): Readonly<Record<string, string>> {
  const { apply, prune } = settings;
  return {
    ...(apply === 'create-only' && { [`${KUSTOMIZE}/ssa`]: 'IfNotPresent' }),
    ...(apply === 'paused' && { [`${KUSTOMIZE}/ssa`]: 'Ignore' }),
    // A Job cannot be changed, and a hook that changes is to run again.
    ...((apply === 'recreate' || hook) && { [`${KUSTOMIZE}/force`]: 'Enabled' }),
    // Former versions may still be in use when the program has the next one.
    ...((prune !== 'allow' || version) && { [`${KUSTOMIZE}/prune`]: 'Disabled' }),
  };
}

function healthOf({ name, health = [], objects }: DesiredApplication, left: LeftBehind[]): JsonObject[] {
  return health.flatMap((rule) => {
    const { group, kind } = rule;
    const said = saidOf(rule);
    // Flux looks at the group; a version has to be there.
    const version = objects.find(({ key }) => key.group === group && key.kind === kind)?.apiVersion;
    if (said === undefined) {
      left.push({
        what: name,
        because: `the health rule of ${kind} asks about the object as a whole, which Flux cannot`,
      });
      return [];
    }
    if (rule.paused !== undefined)
      left.push({ what: name, because: `Flux does not know when ${kind} is paused` });
    return [{ apiVersion: version ?? `${group}/v1`, kind, ...said }];
  });
}

function saidOf({ failed, inProgress, current }: HealthExpressions): JsonObject | undefined {
  const said: Record<string, string> = {};
  for (const [name, expression] of Object.entries({ inProgress, failed, current })) {
    if (expression === undefined) continue;
    const flux = fluxExpression(expression);
    if (flux === undefined) return undefined;
    said[name] = flux;
  }
  return said;
}

function leftOf({ name, objects, edges, onFailure }: DesiredApplication): readonly LeftBehind[] {
  const left: LeftBehind[] = [];
  if (edges.length > 0)
    left.push({ what: name, because: 'Flux has an order of its own among the objects of an application' });
  if (onFailure) left.push({ what: name, because: 'Flux does not take a release back that fails' });
  for (const { key, settings, hook, version } of objects) {
    const say = (because: string) => left.push({ what: formatKey(key), because });
    if (hook) say(`it runs ${hook.place} the others, and in Flux beside them`);
    if (version) say('former versions stay in the cluster until somebody deletes them');
    if (settings.drift !== 'correct' && settings.apply === 'always') say('Flux takes every drift back');
    if (settings.conflicts === 'yield') say('Flux takes fields of others, too');
  }
  return left;
}
