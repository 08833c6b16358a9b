/** `truekeel import argocd`: from a repository that Argo CD follows to a program that renders the same objects. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
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
import { assembleObjects } from '../../../lib/render/index.ts';
import type { Command } from '../command.ts';
import { text } from '../settings.ts';
import { renderArgoSource } from './argo-source.ts';
import { isFolder } from './folders.ts';
import type { Kustomize } from './kustomize.ts';
import { type LeftOut, printProgram } from './print.ts';
import { applicationName, plainSecret, writeProven } from './proof.ts';
import { RepositoryCopy } from './repository-copy.ts';

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
  const found = await follow(repository, left, copy.kustomize);
  if (found.length === 0) {
    const reasons = left.map(({ key, because }) => `${key}: ${because}`);
    const message = `${join(root, entry)} has no Applications that can be imported`;
    throw new TruekeelError([message, ...reasons].join('\n'), {
      code: 'NO_APPLICATIONS',
      family: 'usage',
      hint: 'Name the folder that has them with --path.',
    });
  }
  const wanted = [...environmentsOf(found, text(flags.environment) ?? 'production')].map(
    ([environment, sets]) => assembleObjects(sets, { environment }),
  );
  const environments = wanted.map(({ name, applications }) => ({
    name,
    // As assembled, each object has the namespace that it goes to.
    applications: applications.map(({ name, objects }) => ({
      name,
      objects: objects.map(({ object }) => ({ object })),
    })),
  }));
  const origin = await copy.origin('argocd');
  const out = resolve(context.cwd, text(flags.out) ?? 'main.ts');
  await writeProven({ out, text: generateProgram(environments, origin), wanted });
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
}

/** From the Applications in files to those in what they deploy, and so on. */
async function follow(
  repository: Repository,
  left: LeftOut[],
  kustomize: () => Promise<Kustomize>,
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
    for (const source of application.sources) {
      deployed.push(...(await renderArgoSource(repository.root, source, kustomize)));
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
    if (objects.length > 0) found.push({ application, objects });
  }
  return found;
}

/** An environment for each cluster; that of Argo CD itself has the name that was given. */
function environmentsOf(
  found: readonly FoundApplication[],
  own: string,
): ReadonlyMap<string, Parameters<typeof assembleObjects>[0]> {
  const environments = new Map<string, Parameters<typeof assembleObjects>[0][number][]>();
  for (const { application, objects } of found) {
    const { destination, namespace, name } = application;
    const isOwn = destination === IN_CLUSTER.server || destination === IN_CLUSTER.name;
    const host = /^https?:\/\/([^/:]+)/.exec(destination)?.[1] ?? destination;
    // Dots are no part of a name, and not an ending either.
    const environment = isOwn ? own : applicationName(host.replaceAll('.', '-'));
    const sets = environments.get(environment) ?? [];
    environments.set(environment, sets);
    sets.push({ application: applicationName(name), objects, ...(namespace !== undefined && { namespace }) });
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
          readArgoApplication(object).sources.map((source) => repositoryOf(source.repository)),
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
    for (const { repository, path } of sources) {
      if (this.#url !== undefined && repositoryOf(repository) !== this.#url)
        return `it is in another repository, ${repository}`;
      if (!isFolder(this.root, normalised(path))) return `there is no folder ${path} in the repository`;
      if (this.files.includes(`${normalised(path)}/Chart.yaml`)) return 'it is a Helm chart';
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
