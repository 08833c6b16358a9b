/** A rendered commit, read. Finding out what it holds reads `truekeel.json` and one `application.json` an
 * application; objects are read only when somebody asks for their content. */
import {
  type Commit,
  type Identity,
  type Oid,
  type Repository,
  type Trailer,
  trailer,
} from '../git/index.ts';
import {
  type ClusterTarget,
  type DesiredApplication,
  type DesiredObject,
  type Digest,
  digestOf,
  formatKey,
  type KubernetesObject,
  keyOf,
  type Notification,
  type PolicyRecord,
  parseYaml,
  TruekeelError,
  type YamlDocument,
} from '../objects/index.ts';
import { readVerified } from './foreign.ts';
import type { ApplicationManifest, EnvironmentManifest, Hold } from './manifest.ts';
import { type EnvironmentRef, environmentName, renderedBranch, renderedRef, TrailerName } from './names.ts';
import { readNotifications } from './notifications.ts';

export interface RenderedRelease {
  readonly commit: Oid;
  readonly environment: string;
  readonly project: string | undefined;
  readonly branch: string;
  readonly cluster: ClusterTarget;
  readonly promotesFrom: readonly string[];
  /** What has to be so before something is promoted to it, as it stands there: a newer version may know more. */
  readonly gates: readonly { readonly type: string }[];
  /** Who is told of what becomes of it. */
  readonly notifications: readonly Notification[];
  readonly source: { readonly commit: Oid; readonly program: string; readonly dirty: boolean };
  /** What applications were rendered from that were taken back by themselves, by name. */
  readonly applicationSources: ReadonlyMap<string, { readonly commit: Oid; readonly program: string }>;
  readonly subject: string;
  readonly author: Identity;
  readonly trailers: readonly Trailer[];
  /** The plan that was approved with it, and by whom. */
  readonly approved?: { readonly plan: string; readonly by: readonly string[] };
  readonly digest: Digest;
  readonly versions: Readonly<Record<string, string>>;
  /** Set after a rollback, until the hold is released. */
  readonly hold: Hold | undefined;
  /** Absent where there were no policies. */
  readonly policies: PolicyRecord | undefined;
  readonly applications: readonly DesiredApplication[];
}

export interface ReadOptions {
  /** A commit of the branch; its tip when absent. */
  readonly revision?: string;
  /** A release of the same repository that was read before. Applications that are in both are read once: they are the
   * very same values. */
  readonly previous?: RenderedRelease | undefined;
}

/** An application, and what its file has to be for it to be the same. */
interface KnownApplication {
  readonly digest: Digest;
  readonly application: DesiredApplication;
}

/** By the file that it was read from. */
const readings = new WeakMap<RenderedRelease, ReadonlyMap<Oid, KnownApplication>>();

/** Reads the rendered branch of an environment.
 * @throws TruekeelError `NOT_RENDERED` when the branch is not there, `RENDERED_UNREADABLE`
 * @throws ForeignCommitError `FOREIGN_COMMIT` when Truekeel did not write the commit */
export async function readRendered(
  repository: Repository,
  environment: EnvironmentRef,
  options: ReadOptions = {},
): Promise<RenderedRelease> {
  const commit =
    options.revision === undefined
      ? await tipOf(repository, environment)
      : await repository.commit(options.revision);
  const known = options.previous && readings.get(options.previous);
  const { manifest, blobs, ...content } = await readVerified(
    repository,
    environment,
    commit,
    (blob, digest) => {
      const before = known?.get(blob);
      return before?.digest === digest ? before.application : undefined;
    },
  );
  const applications = content.applications.map((application) =>
    'load' in application ? application : desiredApplication(repository, commit.oid, application),
  );
  const release: RenderedRelease = {
    commit: commit.oid,
    environment: manifest.environment,
    project: manifest.project,
    branch: renderedBranch(environment),
    cluster: manifest.cluster,
    promotesFrom: manifest.promotesFrom,
    gates: manifest.gates ?? [],
    notifications: readNotifications(manifest.notifications ?? []),
    source: {
      commit: manifest.source.commit,
      program: manifest.source.program,
      dirty: manifest.source.dirty === true,
    },
    applicationSources: new Map(
      manifest.applications.flatMap(({ name, source }) => (source ? [[name, source]] : [])),
    ),
    subject: commit.subject,
    author: commit.author,
    trailers: commit.trailers,
    ...approvedOf(commit),
    digest: manifest.digest,
    versions: manifest.versions,
    hold: manifest.hold,
    policies: recordOf(manifest, applications),
    applications,
  };
  const digests = manifest.applications.map(({ digest }) => digest);
  readings.set(
    release,
    new Map(
      applications.map((application, index) => [blobs[index]!, { digest: digests[index]!, application }]),
    ),
  );
  return release;
}

/** What may be said of all of it: it was judged by what judged each part, and has the exceptions of each. */
function recordOf(
  { policies, applications: entries }: EnvironmentManifest,
  applications: readonly DesiredApplication[],
): PolicyRecord | undefined {
  const others = entries.filter(({ source }) => source !== undefined);
  if (others.length === 0) return policies;
  const records = others.map((entry) => entry.policies);
  const exceptions = others.flatMap(({ name, policies: record }) => {
    const objects = applications.find((one) => one.name === name)?.objects ?? [];
    return (record?.exceptions ?? []).filter(({ constructPath: above }) =>
      objects.some(({ constructPath = '' }) => `${constructPath}/`.startsWith(`${above}/`)),
    );
  });
  return {
    judgedBy: (policies?.judgedBy ?? []).filter(({ name }) =>
      records.every((record) => record?.judgedBy.some((policy) => policy.name === name)),
    ),
    exceptions: [...(policies?.exceptions ?? []), ...exceptions],
  };
}

async function tipOf(repository: Repository, environment: EnvironmentRef): Promise<Commit> {
  const tip = await repository.readRef(renderedRef(environment));
  if (tip !== undefined) return (await repository.commits([tip]))[0]!;
  throw new TruekeelError(
    `environment ${environmentName(environment)} was not rendered yet: there is no branch ${renderedBranch(environment)}`,
    {
      code: 'NOT_RENDERED',
      family: 'usage',
      hint: `Run "truekeel render --environment ${environmentName(environment)}", or fetch the branch.`,
    },
  );
}

function desiredApplication(
  repository: Repository,
  commit: Oid,
  application: ApplicationManifest,
): DesiredApplication {
  const objects = application.objects.map(
    ({ settings, ...object }): DesiredObject => ({
      ...object,
      // Most have none of their own.
      settings: settings ? { ...application.settings, ...settings } : application.settings,
    }),
  );
  return {
    name: application.name,
    dependsOn: application.dependsOn,
    edges: application.edges,
    ...(application.health && { health: application.health }),
    ...(application.onFailure && { onFailure: application.onFailure }),
    ...(application.deleteLimits && { deleteLimits: application.deleteLimits }),
    ...(application.notifications && { notifications: readNotifications(application.notifications) }),
    ...(application.owners && { owners: application.owners }),
    ...(application.links && { links: application.links }),
    objects,
    load: (wanted) => loadObjects(repository, commit, wanted),
  };
}

/** So many objects are read by their paths; for more of them the tree is listed once. */
const FEW = 100;

async function loadObjects(
  repository: Repository,
  commit: Oid,
  wanted: readonly DesiredObject[],
): Promise<readonly KubernetesObject[]> {
  if (wanted.length === 0) return [];
  const bodies = (await readFew(repository, commit, wanted)) ?? (await readMany(repository, commit, wanted));
  return wanted.map((object, index) => parseObject(commit, object, bodies[index]!));
}

/** @returns undefined where they are many, or one is not there, which a look at the tree tells more of */
async function readFew(
  repository: Repository,
  commit: Oid,
  wanted: readonly DesiredObject[],
): Promise<readonly Buffer[] | undefined> {
  if (wanted.length > FEW) return undefined;
  const paths = wanted.map(({ path }) => path);
  const bodies = (await repository.readFiles(commit, paths)).filter((body) => body !== undefined);
  return bodies.length === wanted.length ? bodies : undefined;
}

async function readMany(
  repository: Repository,
  commit: Oid,
  wanted: readonly DesiredObject[],
): Promise<readonly Buffer[]> {
  const files = await repository.readTree(commit);
  const oids = wanted.map((object) => {
    const file = files.get(object.path);
    if (file?.mode !== '100644') throw objectUnreadable(commit, object, 'is not in the commit');
    return file.oid;
  });
  return repository.readBlobs(oids);
}

/** Content is taken only when it is what `application.json` says it is. */
function parseObject(commit: Oid, desired: DesiredObject, bytes: Buffer): KubernetesObject {
  if (digestOf(bytes) !== desired.digest)
    throw objectUnreadable(commit, desired, 'does not match its digest: it was changed by hand');
  let documents: readonly YamlDocument[];
  try {
    documents = parseYaml(bytes.toString('utf8'), { file: desired.path });
  } catch (cause) {
    throw objectUnreadable(commit, desired, 'is not YAML', cause);
  }
  // The digest says that rendering wrote these bytes, and rendering writes one object a file.
  const object = documents[0]?.value as KubernetesObject | undefined;
  if (object?.metadata === undefined || formatKey(keyOf(object)) !== formatKey(desired.key)) {
    throw objectUnreadable(commit, desired, 'holds another object');
  }
  return object;
}

function objectUnreadable(
  commit: Oid,
  { key, path, constructPath, source }: DesiredObject,
  why: string,
  cause?: unknown,
): TruekeelError {
  return new TruekeelError(`${path} of ${commit} ${why}`, {
    code: 'OBJECT_UNREADABLE',
    key,
    ...(constructPath !== undefined && { constructPath }),
    ...(source && { source }),
    ...(cause !== undefined && { cause }),
    hint: 'Render the environment again; if the branch was changed by hand, take that commit off it first.',
  });
}

function approvedOf({ trailers }: Commit): Pick<RenderedRelease, 'approved'> {
  const plan = trailer(trailers, TrailerName.plan);
  if (plan === undefined) return {};
  const name = TrailerName.approvedBy.toLowerCase();
  const by = trailers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
  return { approved: { plan, by } };
}
