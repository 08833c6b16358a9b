/** Where an object's file lies in the rendered tree:
 * `<application>/<namespace or _cluster>/<kind>[.<group>]/<name>.yaml`.
 *
 * The encoding is injective, and the paths are safe to check out on every file system: only lower-case
 * letters, digits, `-`, `_` and `.` stay as they are (upper case also in a kind), every other byte of the
 * UTF-8 text becomes `%` and two hexadecimal digits. */
import { createHash } from 'node:crypto';
import type { ObjectKey } from './key.ts';

/** File at the root of the rendered tree that says what the tree holds. */
export const ENVIRONMENT_FILE = 'truekeel.json';

/** File in each application's directory that lists its objects. */
export const APPLICATION_FILE = 'application.json';

const CLUSTER_SCOPED = '_cluster';

/** Longest segment that every common file system takes is 255 bytes; what is longer ends in a hash. */
const LONGEST_SEGMENT = 240;

/** Device names that Windows does not take as file names, with any extension (Microsoft, "Naming Files,
 * Paths, and Namespaces"). */
const DEVICE_NAME = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;

/** What has to be escaped in each segment, one character by code point. */
const NOT_IN_NAME = /[^a-z0-9._-]/gu;
const NOT_IN_NAMESPACE = /[^a-z0-9_-]/gu;
const NOT_IN_KIND = /[^A-Za-z0-9-]/gu;
const NOT_IN_GROUP = /[^a-z0-9.-]/gu;

/** The path of an object's file below the rendered tree. Two objects never have the same path. On a file
 * system that ignores case they do not meet either, unless their kinds differ in nothing but case. */
export function objectPath(application: string, key: ObjectKey): string {
  const namespace = key.namespace === '' ? CLUSTER_SCOPED : encodeNamespace(key.namespace);
  return `${applicationPath(application)}/${namespace}/${encodeKind(key)}/${encodeSegment(key.name)}.yaml`;
}

/** The directory of an application below the rendered tree. */
export function applicationPath(application: string): string {
  return application === ENVIRONMENT_FILE ? escapeFirst(application) : encodeSegment(application);
}

/** Dots are escaped, so that no namespace meets {@link APPLICATION_FILE}; `_cluster` is not to be had. */
function encodeNamespace(namespace: string): string {
  const encoded = encodeSegment(namespace, NOT_IN_NAMESPACE);
  return encoded.startsWith('_') ? escapeFirst(encoded) : encoded;
}

/** A kind keeps its capitals, for people to read; a first letter in lower case is escaped, so that
 * `widget` and `Widget` stay apart where case is ignored. */
function encodeKind(key: ObjectKey): string {
  const encoded = encodeText(key.kind, NOT_IN_KIND) || '%';
  const kind = /^[a-z]/.test(encoded) ? escapeFirst(encoded) : encoded;
  const group = key.group === '' ? '' : `.${encodeText(key.group, NOT_IN_GROUP)}`;
  return bounded(guardDevice(`${kind}${group}`.replace(/\.$/, '%2e')));
}

function encodeSegment(text: string, unsafe = NOT_IN_NAME): string {
  if (text === '') return '%';
  const encoded = encodeText(text, unsafe);
  // A leading dot would make "..", ".git" and hidden files possible; Windows drops a dot at the end.
  const led = encoded.startsWith('.') ? `%2e${encoded.slice(1)}` : encoded;
  return bounded(guardDevice(led.endsWith('.') ? `${led.slice(0, -1)}%2e` : led));
}

/** @param unsafe matches one character that has to be escaped; global and by code point */
function encodeText(text: string, unsafe: RegExp): string {
  return text.replace(unsafe, (character) => Array.from(Buffer.from(character, 'utf8'), escapeByte).join(''));
}

function guardDevice(segment: string): string {
  return DEVICE_NAME.test(segment) ? escapeFirst(segment) : segment;
}

function bounded(segment: string): string {
  if (segment.length <= LONGEST_SEGMENT) return segment;
  const hash = createHash('sha256').update(segment).digest('hex').slice(0, 40);
  // "%~" comes from no other rule, so a shortened segment never meets one that is written out.
  return `${segment.slice(0, LONGEST_SEGMENT - 42)}%~${hash}`;
}

function escapeFirst(segment: string): string {
  return escapeByte(segment.charCodeAt(0)) + segment.slice(1);
}

function escapeByte(byte: number): string {
  return `%${byte.toString(16).padStart(2, '0')}`;
}
