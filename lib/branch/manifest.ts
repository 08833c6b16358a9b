/** The two JSON files of the rendered tree: `truekeel.json` at its root, `application.json` in each
 * application's directory. Their shapes are published in docs/rendered-branch.md. */
import { z } from 'zod';
import { asOid, type Oid } from '../git/index.ts';
import {
  canonicalJson,
  DEFAULT_SETTINGS,
  type Digest,
  digestOf,
  type JsonValue,
  type ObjectKey,
  type PolicyRecord,
  TruekeelError,
} from '../objects/index.ts';

export const ENVIRONMENT_SCHEMA = 'truekeel.dev/environment/v1';
export const APPLICATION_SCHEMA = 'truekeel.dev/application/v1';

const digest = z.custom<Digest>((value) => typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value));
const oid = z
  .string()
  .regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/)
  .transform((text): Oid => asOid(text));

const hold = z.object({
  /** The rendered commit that was taken back; absent where nothing was. */
  reverts: oid.exactOptional(),
  /** The newest source commit that may still get here: the branch is pinned to it. Absent: none may. */
  pin: oid.exactOptional(),
  by: z.string(),
  reason: z.string().exactOptional(),
});

/** Kept whole, whatever is in them: the digest is over them, and newer versions may know more. */
const notifications = z.array(z.looseObject({ sink: z.string(), events: z.array(z.string()) }));
const source = z.object({ commit: oid, program: z.string() });
const policies = z.object({
  judgedBy: z.array(z.object({ name: z.string(), severity: z.enum(['error', 'warning']) })),
  exceptions: z.array(
    z.object({ policy: z.string(), constructPath: z.string(), reason: z.string(), expires: z.iso.date() }),
  ),
});

const environmentManifest = z.object({
  schema: z.literal(ENVIRONMENT_SCHEMA),
  environment: z.string(),
  project: z.string().exactOptional(),
  cluster: z.object({ context: z.string().exactOptional(), server: z.string().exactOptional() }),
  promotesFrom: z.array(z.string()),
  /** Kept whole, whatever is in them: the digest is over them, and newer versions may know more. */
  gates: z.array(z.looseObject({ type: z.string() })).exactOptional(),
  notifications: notifications.exactOptional(),
  digest,
  source: source.extend({ dirty: z.literal(true).exactOptional() }),
  versions: z.record(z.string(), z.string()),
  hold: hold.exactOptional(),
  policies: policies.exactOptional(),
  applications: z.array(
    z.object({
      name: z.string(),
      path: z.string(),
      digest,
      objects: z.number(),
      /** Of an application that was taken back by itself: what it was rendered from, and by which policies it was judged. */
      source: source.exactOptional(),
      policies: policies.exactOptional(),
    }),
  ),
});

const key = z.object({ group: z.string(), kind: z.string(), namespace: z.string(), name: z.string() });

const settings = z.object({
  apply: z.enum(['always', 'create-only', 'recreate', 'paused']),
  prune: z.enum(['allow', 'protect', 'detach']),
  conflicts: z.enum(['report', 'force', 'yield']),
  drift: z.enum(['correct', 'report', 'ignore']),
  wait: z.enum(['ready', 'present', 'none']),
  waitTimeoutMs: z.number().positive().exactOptional(),
  noProgressTimeoutMs: z.number().positive().exactOptional(),
});

const objectSettings = z.object({
  apply: settings.shape.apply.exactOptional(),
  prune: settings.shape.prune.exactOptional(),
  conflicts: settings.shape.conflicts.exactOptional(),
  drift: settings.shape.drift.exactOptional(),
  wait: settings.shape.wait.exactOptional(),
  waitTimeoutMs: settings.shape.waitTimeoutMs,
  noProgressTimeoutMs: settings.shape.noProgressTimeoutMs,
});

/** What was parsed as JSON is JSON; it has to be there. */
const json = z.custom<JsonValue>((value) => value !== undefined);

const healthExpressions = z.object({
  group: z.string(),
  kind: z.string(),
  paused: z.string().exactOptional(),
  failed: z.string().exactOptional(),
  inProgress: z.string().exactOptional(),
  current: z.string(),
  message: z.string().exactOptional(),
});

const deleteLimits = z.object({
  maxDeletes: z.number().int().nonnegative().exactOptional(),
  maxDeleteShare: z.number().min(0).max(1).exactOptional(),
});

const applicationManifest = z.object({
  schema: z.literal(APPLICATION_SCHEMA),
  name: z.string(),
  dependsOn: z.array(z.string()),
  settings,
  onFailure: z.literal('roll-back').exactOptional(),
  deleteLimits: deleteLimits.exactOptional(),
  notifications: notifications.exactOptional(),
  owners: z.array(z.string()).exactOptional(),
  links: z.array(z.object({ title: z.string(), url: z.string() })).exactOptional(),
  health: z.array(healthExpressions).exactOptional(),
  edges: z.array(z.object({ from: key, to: key, until: z.enum(['present', 'ready']) })),
  objects: z.array(
    z.object({
      key,
      apiVersion: z.string(),
      digest,
      path: z.string(),
      /** What differs from the application's settings. */
      settings: objectSettings.exactOptional(),
      hook: z
        .object({
          place: z.enum(['before', 'after', 'ordered']),
          rerun: z.enum(['on-change', 'every-release']),
          /** What it has run for, or has yet to. */
          run: digest,
        })
        .exactOptional(),
      version: z
        .object({ of: z.string(), /** How many former ones stay. */ keep: z.number().int().positive() })
        .exactOptional(),
      overridden: z
        .array(z.object({ path: z.string(), before: json, after: json, reason: z.string() }))
        .exactOptional(),
      constructPath: z.string().exactOptional(),
      source: z
        .object({ file: z.string(), line: z.number(), column: z.number().exactOptional() })
        .exactOptional(),
    }),
  ),
});

/** `truekeel.json`. */
export type EnvironmentManifest = Readonly<z.infer<typeof environmentManifest>>;
/** `application.json`. */
export type ApplicationManifest = Readonly<z.infer<typeof applicationManifest>>;
/** Written by a rollback, or by who holds or pins an environment: the branch stays until somebody releases it. */
export type Hold = Readonly<z.infer<typeof hold>>;

/** @throws TruekeelError `RENDERED_UNREADABLE` */
export function parseEnvironmentManifest(bytes: Buffer, where: string): EnvironmentManifest {
  return parse(environmentManifest, bytes, where);
}

/** @throws TruekeelError `RENDERED_UNREADABLE` */
export function parseApplicationManifest(bytes: Buffer, where: string): ApplicationManifest {
  return parse(applicationManifest, bytes, where);
}

function parse<T>(schema: z.ZodType<T>, bytes: Buffer, where: string): T {
  try {
    return schema.parse(JSON.parse(bytes.toString('utf8')));
  } catch (cause) {
    throw new TruekeelError(`${where} cannot be read: ${reason(cause)}`, {
      code: 'RENDERED_UNREADABLE',
      hint: 'It was changed by hand, or written by a newer Truekeel: render again, or update Truekeel.',
      cause,
    });
  }
}

function reason(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error).replaceAll(/\s*\n\s*/g, ' ');
  return error instanceof Error ? error.message : String(error);
}

/** The digest of what an application holds. Construct paths and source lines do not count: moving a line in
 * the program changes nothing in a cluster. */
export function applicationDigest(application: ApplicationManifest): Digest {
  return digestOf(applicationText(application));
}

/** Canonical JSON, put together as text: a run that finds nothing to do makes it of every object that there is, and that
 * is a good part of what it does. */
function applicationText(application: ApplicationManifest): string {
  const { name, dependsOn, edges, onFailure, deleteLimits, notifications, owners, links, health } =
    application;
  const ownSettings = settingsText(application.settings);
  const objects = application.objects.map(
    ({ key: of, apiVersion, digest: content, path, settings: own, hook }) => {
      const run = hook ? `"hook":${canonicalJson({ ...hook })},` : '';
      const all = own ? settingsText({ ...application.settings, ...own }) : ownSettings;
      return `{"apiVersion":${quoted(apiVersion)},"digest":"${content}",${run}"key":${keyText(of)},"path":${quoted(path)},"settings":${all}}`;
    },
  );
  const members: Readonly<Record<string, string | undefined>> = {
    deleteLimits: deleteLimits && canonicalJson({ ...deleteLimits }),
    dependsOn: canonicalJson([...dependsOn]),
    edges: `[${edges.map(({ from, to, until }) => `{"from":${keyText(from)},"to":${keyText(to)},"until":"${until}"}`).join()}]`,
    health: health && canonicalJson(health.map((rule) => ({ ...rule }))),
    links: links && canonicalJson(links.map((link) => ({ ...link }))),
    name: quoted(name),
    // What was parsed as JSON is JSON.
    notifications: notifications && canonicalJson(notifications as JsonValue),
    objects: `[${objects.join()}]`,
    onFailure: onFailure && quoted(onFailure),
    owners: owners && canonicalJson([...owners]),
  };
  const present = Object.entries(members).filter(([, text]) => text !== undefined);
  return `{${present.map(([member, text]) => `"${member}":${text}`).join()}}`;
}

function settingsText(of: ApplicationManifest['settings']): string {
  return canonicalJson({ ...of });
}

function keyText({ group, kind, name, namespace }: ObjectKey): string {
  return `{"group":${quoted(group)},"kind":${quoted(kind)},"name":${quoted(name)},"namespace":${quoted(namespace)}}`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

/** The digest of what an environment holds and where it goes: two rendered commits with the same one do the
 * same. Source commit, versions and hold do not count. */
export function environmentDigest(
  manifest: Pick<
    EnvironmentManifest,
    | 'environment'
    | 'project'
    | 'cluster'
    | 'promotesFrom'
    | 'gates'
    | 'notifications'
    | 'policies'
    | 'applications'
  >,
): Digest {
  return digestOf(
    canonicalJson({
      schema: ENVIRONMENT_SCHEMA,
      environment: manifest.environment,
      project: manifest.project,
      cluster: { ...manifest.cluster },
      promotesFrom: [...manifest.promotesFrom],
      // What was parsed as JSON is JSON.
      ...(manifest.gates && { gates: manifest.gates as JsonValue }),
      ...(manifest.notifications && { notifications: manifest.notifications as JsonValue }),
      ...(manifest.policies && { policies: recordJson(manifest.policies) }),
      applications: manifest.applications.map(({ name, path, digest: of, policies: record }) => ({
        name,
        path,
        digest: of,
        ...(record && { policies: recordJson(record) }),
      })),
    }),
  );
}

function recordJson({ judgedBy, exceptions }: PolicyRecord): JsonValue {
  return {
    judgedBy: judgedBy.map((policy) => ({ ...policy })),
    exceptions: exceptions.map((exception) => ({ ...exception })),
  };
}

/** `truekeel.json`, indented. */
export function formatEnvironmentManifest(manifest: EnvironmentManifest): string {
  const {
    schema,
    environment,
    project,
    cluster,
    promotesFrom,
    gates,
    notifications,
    digest: of,
    source,
    versions,
    policies: record,
    applications,
  } = manifest;
  const sortedVersions = Object.fromEntries(Object.entries(versions).sort(([a], [b]) => (a < b ? -1 : 1)));
  const held = manifest.hold && { hold: manifest.hold };
  // Spelled out, so that the order of the members is this one however the manifest was made.
  const ordered = {
    schema,
    environment,
    ...(project !== undefined && { project }),
    cluster,
    promotesFrom,
    ...(gates && { gates }),
    ...(notifications && { notifications }),
    digest: of,
    source,
    versions: sortedVersions,
    ...held,
    ...(record && { policies: record }),
    applications,
  };
  return `${JSON.stringify(ordered, undefined, 2)}\n`;
}

/** `application.json`, with one line an edge and an object, so that a diff shows whole ones. */
export function formatApplicationManifest(manifest: ApplicationManifest): string {
  const { schema, name, dependsOn, settings: defaults, onFailure, owners, links, health } = manifest;
  const { notifications: told, deleteLimits: limits } = manifest;
  const about = { ...(owners && { owners }), ...(links && { links }) };
  const first = {
    schema,
    name,
    dependsOn,
    settings: defaults,
    ...(onFailure && { onFailure }),
    ...(limits && { deleteLimits: limits }),
    ...(told && { notifications: told }),
    ...about,
  };
  const head = JSON.stringify(first, undefined, 2).replace(/\n\}$/, '');
  const rules = health ? `,\n  "health": ${lines(health)}` : '';
  return `${head}${rules},\n  "edges": ${lines(manifest.edges)},\n  "objects": ${lines(manifest.objects)}\n}\n`;
}

function lines(values: readonly object[]): string {
  return values.length === 0
    ? '[]'
    : `[\n${values.map((value) => `    ${JSON.stringify(value)}`).join(',\n')}\n  ]`;
}

/** The settings an application's objects fall back to in this version of the schema. */
export const MANIFEST_SETTINGS = DEFAULT_SETTINGS;
