/** A snapshot as a file: gzip over lines of JSON, of which the first says what it is and how much follows, and each other one
 * is an object (docs/snapshot.md). */
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type KubernetesObject, TruekeelError } from '../objects/index.ts';
import type { Snapshot } from './snapshot.ts';

export const SNAPSHOT_VERSION = 1;

/** Unpacked bytes that are read at most. */
const MOST_BYTES = 1024 * 1024 * 1024;

export function writeSnapshot({ objects, ...rest }: Snapshot): Buffer {
  const lines = objects.map((object) => `${JSON.stringify(object)}\n`).join('');
  const header = {
    truekeel: 'snapshot',
    version: SNAPSHOT_VERSION,
    ...rest,
    takenAt: new Date(rest.takenAt).toISOString(),
    objects: objects.length,
    digest: digestOf(lines),
  };
  return gzipSync(`${JSON.stringify(header)}\n${lines}`);
}

/** @param name what messages call it
 * @throws TruekeelError `SNAPSHOT_INVALID` when it is none or damaged, `SNAPSHOT_VERSION` when it is of another version */
export function readSnapshot(bytes: Buffer, name: string): Snapshot {
  const text = unpacked(bytes, name);
  const end = text.indexOf('\n');
  const header = parsed(end < 0 ? text : text.slice(0, end));
  if (header?.truekeel !== 'snapshot') {
    throw invalid(`${name} is not a snapshot`, 'Take one with `truekeel snapshot`.');
  }
  if (header.version !== SNAPSHOT_VERSION) {
    throw new TruekeelError(
      `${name} is a snapshot of version ${String(header.version)}, and this Truekeel reads version ${SNAPSHOT_VERSION}`,
      {
        code: 'SNAPSHOT_VERSION',
        family: 'usage',
        hint: 'Take and read snapshots with the same version of Truekeel.',
      },
    );
  }
  const lines = text.slice(end + 1);
  if (header.digest !== digestOf(lines)) throw damaged(name);
  const objects = lines === '' ? [] : lines.slice(0, -1).split('\n').map(parsed);
  const taken = Date.parse(String(header.takenAt));
  if (Number.isNaN(taken) || header.objects !== objects.length) throw damaged(name);
  const { truekeel: _, version: __, digest: ___, ...rest } = header;
  if (!isHeader(rest) || !objects.every(isObject)) throw damaged(name);
  return { ...rest, takenAt: taken, objects };
}

function unpacked(bytes: Buffer, name: string): string {
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES }).toString('utf8');
  } catch (cause) {
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) throw damaged(name, cause);
    throw invalid(`${name} is not a snapshot`, 'Take one with `truekeel snapshot`.', cause);
  }
}

type Members = Readonly<Record<string, unknown>>;

function parsed(line: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isMembers(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** The members that are read; those of kinds and places are only compared. */
function isHeader(header: Members): header is Omit<Snapshot, 'takenAt' | 'objects'> & Members {
  const { cluster, environment, project, namespaces, unread, kinds } = header;
  return (
    isMembers(cluster) &&
    isText(cluster.server) &&
    isText(cluster.context) &&
    isText(cluster.version) &&
    (environment === undefined || isText(environment)) &&
    (project === undefined || isText(project)) &&
    Array.isArray(namespaces) &&
    namespaces.every(isText) &&
    Array.isArray(unread) &&
    unread.every((place) => isMembers(place) && isText(place.kind)) &&
    Array.isArray(kinds) &&
    kinds.every(isKind)
  );
}

function isKind(kind: unknown): boolean {
  return (
    isMembers(kind) &&
    [kind.group, kind.version, kind.kind, kind.plural].every(isText) &&
    Array.isArray(kind.verbs)
  );
}

function isObject(object: Members | undefined): object is KubernetesObject {
  return (
    object !== undefined &&
    isText(object.apiVersion) &&
    isText(object.kind) &&
    isMembers(object.metadata) &&
    isText(object.metadata.name)
  );
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

function damaged(name: string, cause?: unknown): TruekeelError {
  return invalid(
    `${name} is a snapshot that is damaged`,
    'Take it again, or fetch it again: not all of it arrived.',
    cause,
  );
}

function invalid(message: string, hint: string, cause?: unknown): TruekeelError {
  return new TruekeelError(message, { code: 'SNAPSHOT_INVALID', family: 'usage', hint, cause });
}
