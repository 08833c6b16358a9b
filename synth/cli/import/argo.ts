/** `truekeel import argocd`: from a repository that Argo CD follows to a program that renders the same objects. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import {
  type ArgoApplication,
  type ArgoCluster,
  expandApplicationSet,
  generateProgram,
  IN_CLUSTER,
  isArgo,
  NotUnderstood,
  normalised,
  readArgoApplication,
  repositoryOf,
} from '../../../lib/import/index.ts';
import {
  compareText,
  flattenLists,
  formatKey,
  type JsonValue,
  type KubernetesObject,
  keyOf,
  parseYaml,
  TruekeelError,
} from '../../../lib/objects/index.ts';
import { assembleObjects, type ObjectSet } from '../../../lib/render/index.ts';
import type { Command } from '../command.ts';
import { text } from '../settings.ts';
import { ArgoCharts, type ArgoRelease } from './argo-charts.ts';
import { renderArgoSource } from './argo-source.ts';
import { ChartFetcher } from './chart-source.ts';
import { isFolder } from './folders.ts';
import type { Kustomize } from './kustomize.ts';
import { type LeftOut, printProgram } from './print.ts';
import { applicationName, plainSecret, writeProven } from './proof.ts';
import { RepositoryCopy } from './repository-copy.ts';
import { VendoredCharts } from './vendored-charts.ts';

export const importArgo: Command = async ([path = '.'], flags, context) => {
  const started = performance.now();
  using copy = new RepositoryCopy(
    path,
    flags,
    context,
    'Name the root of the repository, and with --path the folder that has the Applications.',
  );
  const { root, entry } = copy;
  const repository = new Repository(copy.directory, entry, await originOf(root));
  const left: LeftOut[] = [];
  const out = resolve(context.cwd, text(flags.out) ?? 'main.ts');
  const { env } = context;
  const fetcher = new ChartFetcher(env);
  const charts = new VendoredCharts(dirname(out), fetcher);
  const argoCharts = new ArgoCharts(copy.directory, charts, fetcher, env);
  const found = await follow(repository, left, copy.kustomize, argoCharts);
  if (found.length === 0) {
    const reasons = left.map(({ key, because }) => `${key}: ${because}`);
    const message = `${join(root, entry)} has no Applications that can be imported`;
    throw new TruekeelError([message, ...reasons].join('\n'), {
      code: 'NO_APPLICATIONS',
      family: 'usage',
      hint: 'Name the folder that has them with --path.',
    });
  }
  const named = [...environmentsOf(found, text(flags.environment) ?? 'production')];
  const wanted = named.map(([environment, sets]) =>
    assembleObjects(
      sets.map((set) => ({
        ...set,
        objects: [...set.objects, ...set.releases.flatMap(({ objects }) => objects)],
      })),
      { environment },
    ),
  );
  const environments = named.map(([name, sets]) => ({
    name,
    // As assembled, each object has the namespace that it goes to.
    applications: assembleObjects(sets, { environment: name }).applications.map(({ name, objects }) => ({
      name,
      objects: objects.map(({ object }) => ({ object })),
      charts: sets.flatMap(({ application, releases }) =>
        application === name ? releases.map(({ chart }) => chart) : [],
      ),
    })),
  }));
  const origin = await copy.origin('argocd');
  await writeProven({ out, text: generateProgram(environments, origin), wanted, charts, env });
  return printProgram({ what: 'argocd', out, wanted, left, started }, flags, context);
};

/** The remote that a clone came from; undefined where there is none. */
async function originOf(root: string): Promise<string | undefined> {
  const asked = promisify(execFile)('git', ['-C', root, 'config', '--get', 'remote.origin.url']);
  return asked.then(({ stdout }) => stdout.trim() || undefined).catch(() => undefined);
}

interface FoundApplication {
  readonly application: ArgoApplication;
  readonly objects: readonly KubernetesObject[];
  readonly releases: readonly ArgoRelease[];
}

/** From the Applications in files to those in what they deploy, and so on. */
async function follow(
  repository: Repository,
  left: LeftOut[],
  kustomize: () => Promise<Kustomize>,
  charts: ArgoCharts,
): Promise<readonly FoundApplication[]> {
  const leave = (object: KubernetesObject, because: string): void => {
    left.push({ key: formatKey(keyOf(object)), because });
  };
  const queue: KubernetesObject[] = [...repository.applications];
  const seen = new Set<string>();
  const found: FoundApplication[] = [];
  for (let object = queue.shift(); object; object = queue.shift()) {
    const key = formatKey(keyOf(object));
    if (seen.has(key)) continue;
    seen.add(key);
    if (isArgo(object, 'ApplicationSet')) {
      try {
        queue.push(...expandApplicationSet(object, repository));
      } catch (error) {
        if (!(error instanceof NotUnderstood)) throw error;
        leave(object, error.message);
      }
      continue;
    }
    const application = readArgoApplication(object);
    const because = repository.refusal(application);
    if (because !== undefined) {
      leave(object, because);
      continue;
    }
    const deployed: KubernetesObject[] = [];
    const releases: ArgoRelease[] = [];
    try {
      for (const source of application.sources) {
        if (charts.isChart(source)) releases.push(await charts.take(source, application));
        else if (source.path !== '') {
          deployed.push(...(await renderArgoSource(repository.root, source, kustomize)));
        }
      }
    } catch (error) {
      const isOfChart = error instanceof TruekeelError && /^(?:CHART|HELM)_/.test(error.code);
      if (!(error instanceof NotUnderstood) && !isOfChart) throw error;
      leave(object, error.message);
      continue;
    }
    for (const release of releases) {
      queue.push(...release.applications);
      left.push(...release.left);
    }
    const objects = deployed.filter((one) => {
      if (isArgo(one, 'Application') || isArgo(one, 'ApplicationSet')) {
        queue.push(one);
        return false;
      }
      const secret = plainSecret(one);
      if (secret !== undefined) leave(one, secret);
      return secret === undefined;
    });
    const withObjects = releases.filter((release) => release.objects.length > 0);
    if (objects.length + withObjects.length > 0) found.push({ application, objects, releases: withObjects });
  }
  return found;
}

interface FoundSet extends ObjectSet {
  readonly releases: readonly ArgoRelease[];
}

/** An environment for each cluster; that of Argo CD itself has the name that was given. */
function environmentsOf(
  found: readonly FoundApplication[],
  own: string,
): ReadonlyMap<string, readonly FoundSet[]> {
  const environments = new Map<string, FoundSet[]>();
  for (const { application, objects, releases } of found) {
    const { destination, namespace, name } = application;
    const isOwn = destination === IN_CLUSTER.server || destination === IN_CLUSTER.name;
    const host = /^https?:\/\/([^/:]+)/.exec(destination)?.[1] ?? destination;
    // Dots are no part of a name, and not an ending either.
    const environment = isOwn ? own : applicationName(host.replaceAll('.', '-'));
    const sets = environments.get(environment) ?? [];
    environments.set(environment, sets);
    sets.push({
      application: applicationName(name),
      objects,
      releases,
      ...(namespace !== undefined && { namespace }),
    });
  }
  return environments;
}

/** A copy of the repository, and what Argo CD would know of it. */
class Repository {
  readonly root: string;
  readonly directories: readonly string[];
  readonly files: readonly string[];
  readonly applications: readonly KubernetesObject[];
  readonly clusters: readonly ArgoCluster[];
  /** As {@link repositoryOf} has it; undefined where nothing says which it is. */
  readonly #url: string | undefined;

  constructor(root: string, entry: string, origin: string | undefined) {
    this.root = root;
    const paths = below(root, '');
    this.directories = paths.filter((path) => path.endsWith('/')).map((path) => path.slice(0, -1));
    this.files = paths.filter((path) => /\.(?:ya?ml|json)$/.test(path));
    const inEntry = this.files.filter((file) => entry === '' || file.startsWith(`${entry}/`));
    const objects = inEntry.flatMap((file) => this.#objects(file));
    this.applications = objects.filter(
      (object) => isArgo(object, 'Application') || isArgo(object, 'ApplicationSet'),
    );
    this.clusters = objects.flatMap(clusterOf);
    const named = new Set(
      this.applications
        .filter((object) => isArgo(object, 'Application'))
        .flatMap((object) =>
          readArgoApplication(object).sources.flatMap((source) =>
            source.chart === undefined ? [repositoryOf(source.repository)] : [],
          ),
        ),
    );
    const [only, ...others] = named;
    this.#url = origin === undefined ? (others.length === 0 ? only : undefined) : repositoryOf(origin);
  }

  read(file: string): JsonValue {
    return parseYaml(readFileSync(join(this.root, file), 'utf8'), { file })[0]?.value ?? null;
  }

  /** Why an application cannot be in a program. */
  refusal({ refusals, sources }: ArgoApplication): string | undefined {
    if (refusals.length > 0) return refusals.join(', ');
    for (const { repository, path, chart, ref } of sources) {
      if (chart !== undefined) continue;
      if (this.#url !== undefined && repositoryOf(repository) !== this.#url)
        return `it is in another repository, ${repository}`;
      if (ref !== undefined && path === '') continue;
      if (!isFolder(this.root, normalised(path))) return `there is no folder ${path} in the repository`;
    }
    return undefined;
  }

  /** Files that are no YAML of Kubernetes, such as templates, have no Applications. */
  #objects(file: string): readonly KubernetesObject[] {
    try {
      const documents = flattenLists(parseYaml(readFileSync(join(this.root, file), 'utf8'), { file }));
      return documents.flatMap(({ value }) => {
        const object = value as unknown as KubernetesObject | null;
        const isNamed = typeof object?.apiVersion === 'string' && typeof object.metadata?.name === 'string';
        return object && isNamed ? [object] : [];
      });
    } catch (error) {
      if (error instanceof TruekeelError) return [];
      throw error;
    }
  }
}

/** Folders, with `/` at the end, and files. */
function below(root: string, path: string): readonly string[] {
  return readdirSync(join(root, path), { withFileTypes: true })
    .sort((a, b) => compareText(a.name, b.name))
    .flatMap((entry) => {
      if (entry.name.startsWith('.')) return [];
      const at = path + entry.name;
      return entry.isDirectory() ? [`${at}/`, ...below(root, `${at}/`)] : entry.isFile() ? [at] : [];
    });
}

/** Clusters are Secrets with a label (Argo CD documentation, "Declarative Setup"). */
function clusterOf({ kind, metadata, stringData, data }: KubernetesObject): readonly ArgoCluster[] {
  if (kind !== 'Secret' || metadata.labels?.['argocd.argoproj.io/secret-type'] !== 'cluster') return [];
  const field = (name: string): string => {
    const plain: unknown = stringData?.[name];
    const encoded: unknown = data?.[name];
    if (typeof plain === 'string') return plain;
    return typeof encoded === 'string' ? Buffer.from(encoded, 'base64').toString('utf8') : '';
  };
  const { labels = {}, annotations = {} } = metadata;
  return [{ name: field('name'), server: field('server'), labels, annotations }];
}
