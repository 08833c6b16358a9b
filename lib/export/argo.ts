import type { DesiredApplication, JsonObject, KubernetesObject } from '../objects/index.ts';
import { formatKey } from '../objects/index.ts';
import { type Exported, type FollowedBranch, type LeftBehind, sealedLeftBehind } from './exported.ts';
import { folderOf } from './folder.ts';
import { objectName } from './object-name.ts';

export interface ArgoOptions {
  /** Where the objects are to be: `argocd`. */
  readonly namespace: string;
  /** The AppProject: `default`. */
  readonly argoProject: string;
  /** Where the objects of the branch go: the URL or, in Argo CD, the name of a cluster. */
  readonly destination: { readonly server: string } | { readonly name: string };
  /** One ApplicationSet, which makes an Application of each folder, those to come included. Otherwise an Application
   * for each one that there is. */
  readonly asSet: boolean;
}

const API = 'argoproj.io/v1alpha1';
const WAVE = 'argocd.argoproj.io/sync-wave';
/** What each folder has beside its objects. Argo CD would take it for one. */
const NO_OBJECT = 'application.json';

export function exportArgo(followed: FollowedBranch, options: ArgoOptions): Exported {
  const { environment, project, branch, url, applications } = followed;
  const { namespace, asSet } = options;
  const left = [...sealedLeftBehind(followed, 'Argo CD'), ...applications.flatMap(leftOf)];
  const mayDelete = applications.every(deletesAll);
  const mayHeal = applications.every(healsAll);
  const specOf = (path: string, prune: boolean, selfHeal: boolean): JsonObject => ({
    project: options.argoProject,
    source: {
      repoURL: url,
      targetRevision: branch,
      path,
      directory: { recurse: true, exclude: NO_OBJECT },
    },
    destination: { ...options.destination },
    syncPolicy: { automated: { prune, selfHeal }, syncOptions: ['ServerSideApply=true'] },
  });
  if (asSet) {
    const set: KubernetesObject = {
      apiVersion: API,
      kind: 'ApplicationSet',
      metadata: { name: objectName(project, environment), namespace },
      spec: {
        goTemplate: true,
        goTemplateOptions: ['missingkey=error'],
        generators: [{ git: { repoURL: url, revision: branch, files: [{ path: `*/${NO_OBJECT}` }] } }],
        template: {
          metadata: { name: [project, environment, '{{ .name }}'].filter(Boolean).join('-') },
          spec: specOf('{{ .path.path }}', mayDelete, mayHeal),
        },
      },
    };
    const unordered = applications.filter(({ dependsOn }) => dependsOn.length > 0);
    left.push(
      ...unordered.map(({ name }) => ({
        what: name,
        because: 'an ApplicationSet does not know what it depends on',
      })),
    );
    return { objects: [set], left };
  }
  const waves = wavesOf(applications);
  const objects = applications.map((application): KubernetesObject => {
    const wave = waves.get(application.name) ?? 0;
    return {
      apiVersion: API,
      kind: 'Application',
      metadata: {
        name: objectName(project, environment, application.name),
        namespace,
        ...(wave > 0 && { annotations: { [WAVE]: String(wave) } }),
      },
      spec: specOf(folderOf(application), deletesAll(application), healsAll(application)),
    };
  });
  return { objects, left };
}

/** How many applications have to be there before each one. */
function wavesOf(applications: readonly DesiredApplication[]): ReadonlyMap<string, number> {
  const byName = new Map(applications.map((application) => [application.name, application]));
  const waves = new Map<string, number>();
  const waveOf = (name: string): number => {
    const known = waves.get(name);
    if (known !== undefined) return known;
    waves.set(name, 0); // what is in a circle ends here
    const depths = (byName.get(name)?.dependsOn ?? []).map((other) => waveOf(other) + 1);
    const wave = Math.max(0, ...depths);
    waves.set(name, wave);
    return wave;
  };
  for (const { name } of applications) waveOf(name);
  return waves;
}

/** Argo CD is told of single objects by annotations, which the branch does not have, and so it is the most careful of
 * them that holds for an application. */
function deletesAll({ objects }: DesiredApplication): boolean {
  return objects.every(({ settings, version }) => settings.prune === 'allow' && !version);
}

function healsAll({ objects }: DesiredApplication): boolean {
  return objects.every(({ settings }) => settings.drift === 'correct' && settings.apply === 'always');
}

function leftOf(application: DesiredApplication): readonly LeftBehind[] {
  const { name, objects, edges, health = [], onFailure } = application;
  const left: LeftBehind[] = [];
  const say = (because: string, what = name) => left.push({ what, because });
  if (!deletesAll(application))
    say('nothing of it is deleted by itself, as some of it must not be (prune: false)');
  if (!healsAll(application))
    say('no drift in it is taken back by itself, as some of it must not be (selfHeal: false)');
  if (edges.length > 0) say('Argo CD has an order of its own among the objects of an application');
  if (onFailure) say('Argo CD does not take a release back that fails');
  for (const { kind } of health) say(`the health rule of ${kind} has to be said in Lua, in argocd-cm`);
  for (const { key, settings, hook } of objects) {
    if (hook) say(`it runs ${hook.place} the others, and in Argo CD beside them`, formatKey(key));
    if (settings.apply !== 'always')
      say(`Argo CD writes it with each sync (apply: ${settings.apply})`, formatKey(key));
    if (settings.conflicts === 'yield') say('Argo CD takes fields of others, too', formatKey(key));
  }
  return left;
}
