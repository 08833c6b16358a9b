/** A rendered environment as the files of its branch. */
import { hashObject, type ObjectFormat, type Oid } from '../git/index.ts';
import {
  APPLICATION_FILE,
  applicationPath,
  changedSettings,
  compareText,
  type DependencyEdge,
  type Digest,
  ENVIRONMENT_FILE,
  formatKey,
  type HealthExpressions,
  type Notification,
  type ObjectKey,
  type PolicyRecord,
  type RenderedApplication,
  type RenderedEnvironment,
  type RenderedObject,
  TruekeelError,
} from '../objects/index.ts';
import {
  APPLICATION_SCHEMA,
  type ApplicationManifest,
  applicationDigest,
  ENVIRONMENT_SCHEMA,
  type EnvironmentManifest,
  environmentDigest,
  formatApplicationManifest,
  formatEnvironmentManifest,
  type Hold,
  MANIFEST_SETTINGS,
} from './manifest.ts';

/** Where a rendered environment came from. */
export interface Provenance {
  readonly sourceCommit: Oid;
  /** Path of the program below the root of its repository, with "/". */
  readonly program: string;
  /** The work tree held changes that no commit has. */
  readonly dirty?: boolean;
  /** Versions that decide the bytes: `{ truekeel: '0.1.0' }`. */
  readonly versions?: Readonly<Record<string, string>>;
  readonly hold?: Hold;
  /** Of applications that were taken back by themselves: what they come from. */
  readonly applications?: ReadonlyMap<string, ApplicationProvenance>;
}

/** Where an application comes from that is not of the source commit of the others. */
export interface ApplicationProvenance {
  readonly source: { readonly commit: Oid; readonly program: string };
  /** By which policies it was judged; absent where there were none. */
  readonly policies?: PolicyRecord;
}

export interface RenderedTree {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The id that Git gives each file. */
  readonly oids: ReadonlyMap<string, Oid>;
  readonly manifest: EnvironmentManifest;
}

/** All files of a rendered commit, by path. Equal arguments give equal bytes, in whatever order applications
 * and objects come.
 * @throws TruekeelError `PATH_COLLISION` */
export function renderedFiles(
  environment: RenderedEnvironment,
  provenance: Provenance,
): ReadonlyMap<string, Uint8Array> {
  return renderedTree(environment, provenance).files;
}

/** @throws TruekeelError `PATH_COLLISION` */
export function renderedTree(
  environment: RenderedEnvironment,
  provenance: Provenance,
  format: ObjectFormat = 'sha1',
): RenderedTree {
  const files = new FileSet();
  const applications: EnvironmentManifest['applications'] = [];
  for (const application of sortBy(environment.applications, ({ name }) => name)) {
    const manifest = applicationManifest(application);
    const path = applicationPath(application.name);
    files.add(
      `${path}/${APPLICATION_FILE}`,
      formatApplicationManifest(manifest),
      `application ${application.name}`,
    );
    for (const object of application.objects)
      files.add(object.path, object.yaml, formatKey(object.key), object);
    applications.push({
      name: application.name,
      path,
      digest: applicationDigest(manifest),
      objects: manifest.objects.length,
      ...plainProvenance(provenance.applications?.get(application.name)),
    });
  }
  const content = { ...headOf(environment), applications };
  const manifest: EnvironmentManifest = {
    schema: ENVIRONMENT_SCHEMA,
    ...content,
    digest: environmentDigest(content),
    source: {
      commit: provenance.sourceCommit,
      program: provenance.program,
      ...(provenance.dirty && { dirty: true }),
    },
    versions: { ...provenance.versions },
    ...(provenance.hold && { hold: provenance.hold }),
  };
  files.add(ENVIRONMENT_FILE, formatEnvironmentManifest(manifest), `environment ${environment.name}`);
  const oids = new Map([...files.files].map(([path, bytes]) => [path, hashObject('blob', bytes, format)]));
  return { files: files.files, oids, manifest };
}

/** The digest of what an environment holds and where it goes, as its rendered commit will name it. */
export function renderedDigest(environment: RenderedEnvironment): Digest {
  const applications = sortBy(environment.applications, ({ name }) => name).map((application) => ({
    name: application.name,
    path: applicationPath(application.name),
    digest: applicationDigest(applicationManifest(application)),
    objects: application.objects.length,
  }));
  return environmentDigest({ ...headOf(environment), applications });
}

function headOf(environment: RenderedEnvironment) {
  const { name, project, cluster, promotesFrom, notifications, gates, policies } = environment;
  return {
    environment: name,
    ...(project !== undefined && { project }),
    cluster: { ...cluster },
    promotesFrom: [...promotesFrom].sort(),
    ...(notifications && { notifications: notifications.map(plainNotification) }),
    ...(gates && { gates: gates.map((gate) => ({ ...gate })) }),
    ...(policies && { policies: plainRecord(policies) }),
  };
}

function applicationManifest(application: RenderedApplication): ApplicationManifest {
  return {
    schema: APPLICATION_SCHEMA,
    name: application.name,
    dependsOn: [...application.dependsOn].sort(),
    settings: MANIFEST_SETTINGS,
    ...(application.onFailure && { onFailure: application.onFailure }),
    ...(application.deleteLimits && { deleteLimits: { ...application.deleteLimits } }),
    ...(application.notifications && { notifications: application.notifications.map(plainNotification) }),
    ...(application.owners && { owners: [...application.owners] }),
    ...(application.links && { links: application.links.map(({ title, url }) => ({ title, url })) }),
    ...(application.health && { health: application.health.map(plainRule) }),
    edges: sortBy(application.edges, edgeOrder).map(({ from, to, until }) => ({
      from: plainKey(from),
      to: plainKey(to),
      until,
    })),
    objects: sortBy(application.objects, ({ path }) => path).map(objectEntry),
  };
}

function plainNotification({ events, ...notification }: Notification) {
  return { ...notification, events: [...events] };
}

function objectEntry(object: RenderedObject): ApplicationManifest['objects'][number] {
  const settings = changedSettings(object.settings);
  return {
    key: plainKey(object.key),
    apiVersion: object.apiVersion,
    digest: object.digest,
    path: object.path,
    ...(settings && { settings }),
    ...(object.hook && {
      hook: { place: object.hook.place, rerun: object.hook.rerun, run: object.hook.run },
    }),
    ...(object.version && { version: { of: object.version.of, keep: object.version.keep } }),
    ...(object.overridden && {
      overridden: object.overridden.map(({ path, before, after, reason }) => ({
        path,
        before,
        after,
        reason,
      })),
    }),
    ...(object.constructPath !== undefined && { constructPath: object.constructPath }),
    ...(object.source && {
      source: {
        file: object.source.file,
        line: object.source.line,
        ...(object.source.column !== undefined && { column: object.source.column }),
      },
    }),
  };
}

/** The members in a set order, so that JSON comes out the same however the key was made. */
function plainKey(key: ObjectKey): { group: string; kind: string; namespace: string; name: string } {
  return { group: key.group, kind: key.kind, namespace: key.namespace, name: key.name };
}

function plainRecord({ judgedBy, exceptions }: PolicyRecord): NonNullable<EnvironmentManifest['policies']> {
  return {
    judgedBy: judgedBy.map(({ name, severity }) => ({ name, severity })),
    exceptions: exceptions.map(({ policy, constructPath, reason, expires }) => ({
      policy,
      constructPath,
      reason,
      expires,
    })),
  };
}

function plainProvenance(provenance: ApplicationProvenance | undefined) {
  if (!provenance) return {};
  const { source, policies } = provenance;
  return {
    source: { commit: source.commit, program: source.program },
    ...(policies && { policies: plainRecord(policies) }),
  };
}

function plainRule(rule: HealthExpressions): HealthExpressions {
  const { group, kind, paused, failed, inProgress, current, message } = rule;
  return {
    group,
    kind,
    ...(paused !== undefined && { paused }),
    ...(failed !== undefined && { failed }),
    ...(inProgress !== undefined && { inProgress }),
    current,
    ...(message !== undefined && { message }),
  };
}

function edgeOrder(edge: DependencyEdge): string {
  return `${formatKey(edge.from)}\0${formatKey(edge.to)}\0${edge.until}`;
}

/** By code units: the same on every machine, unlike a locale's order. */
function sortBy<T>(values: readonly T[], order: (value: T) => string): T[] {
  return values
    .map((value) => [order(value), value] as const)
    .sort(([a], [b]) => compareText(a, b))
    .map(([, value]) => value);
}

/** Files by path, which differ in more than case: checkouts on macOS and Windows ignore it. */
class FileSet {
  readonly files = new Map<string, Uint8Array>();
  readonly #owners = new Map<string, string>();

  add(path: string, text: string, owner: string, object?: RenderedObject): void {
    const folded = path.toLowerCase();
    const other = this.#owners.get(folded);
    if (other !== undefined) {
      throw new TruekeelError(`${owner} and ${other} would both be written to ${path}`, {
        code: 'PATH_COLLISION',
        family: 'validation',
        hint: 'Rename one of them: they differ in nothing, or only in upper and lower case.',
        ...(object && { key: object.key }),
        ...(object?.constructPath !== undefined && { constructPath: object.constructPath }),
        ...(object?.source && { source: object.source }),
      });
    }
    this.#owners.set(folded, owner);
    this.files.set(path, Buffer.from(text, 'utf8'));
  }
}
