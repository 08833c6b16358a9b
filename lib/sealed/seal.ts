/** Seals values into a file: a Secret of Kubernetes that SOPS, and what reads SOPS, can open too. */
import { randomBytes } from 'node:crypto';
import { emitYaml, type JsonObject } from '../objects/index.ts';
import { wrapKey } from './age.ts';
import { type DataKey, placeText, sealValue } from './cipher.ts';
import type { SealedDocument } from './document/document.ts';
import { isSealedPath, type SealRule, type SopsMetadata } from './document/metadata.ts';
import { readYaml } from './document/read-yaml.ts';
import { leavesOf, type PlacedLeaf } from './document/tree.ts';
import { macOf } from './mac.ts';
import { withMetadata } from './rewrite.ts';

/** What Flux and others expect of sealed Secrets: the values are sealed, and what they are for can be read. */
const RULE: SealRule = { by: 'regex', pattern: '^(data|stringData)$', seals: true };

/** The version of SOPS whose format it is. */
const VERSION = '3.13.3';

export interface SecretContent {
  readonly name: string;
  readonly type?: string;
  readonly values: ReadonlyMap<string, Buffer>;
}

export interface SealOptions {
  /** Recipients of age. */
  readonly recipients: readonly string[];
  readonly now: Date;
}

/** @returns the text of a YAML file
 * @throws RangeError for what is no recipient of age */
export async function sealSecret(content: SecretContent, { recipients, now }: SealOptions): Promise<string> {
  const text = emitYaml(secretOf(content));
  const key = randomBytes(32);
  const leaves = leavesOf(readYaml(text));
  const sealed = new Map<string, string>();
  for (const { path, leaf } of leaves)
    if (isSealedPath(path, RULE)) sealed.set(placeText(path), sealValue(leaf, key, placeText(path)));
  const metadata = await metadataFor(
    leaves,
    key,
    { rule: RULE, macOnlyEncrypted: false },
    { recipients, now },
  );
  return withMetadata(
    'yaml',
    emitYaml(secretOf(content, (path) => sealed.get(placeText(path)) ?? '')),
    metadata,
  );
}

/** @param valueAt what stands in the place of a value */
function secretOf(
  { name, type, values }: SecretContent,
  valueAt: (path: readonly string[], value: string) => string = (_path, value) => value,
): JsonObject {
  const data: [string, string][] = [];
  const stringData: [string, string][] = [];
  for (const [key, bytes] of values) {
    const text = bytes.toString('utf8');
    const isText = Buffer.from(text).equals(bytes) && !/[^\P{C}\n\t]/u.test(text);
    if (isText) stringData.push([key, valueAt(['stringData', key], text)]);
    else data.push([key, valueAt(['data', key], bytes.toString('base64'))]);
  }
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    ...(type !== undefined && { type }),
    ...(data.length > 0 && { data: Object.fromEntries(data) }),
    ...(stringData.length > 0 && { stringData: Object.fromEntries(stringData) }),
  };
}

/** The same file for other recipients. Whoever could open it and is no longer among them knows its key: then it gets
 * another one, and all values are sealed anew.
 * @param opened the document, opened
 * @throws RangeError for what is no recipient of age */
export async function resealFor(
  document: SealedDocument,
  opened: { readonly key: DataKey; readonly leaves: readonly PlacedLeaf[] },
  options: SealOptions & { readonly newKey: boolean },
): Promise<string> {
  const { metadata, format } = document;
  const removed = metadata.age.some(({ recipient }) => !options.recipients.includes(recipient));
  if (!options.newKey && !removed) {
    const age = await Promise.all(options.recipients.map((recipient) => wrapKey(opened.key, recipient)));
    return withMetadata(format, document.text, { ...metadata, age });
  }
  const key = randomBytes(32);
  const text = withValuesSealedAnew(document, opened.leaves, key);
  return withMetadata(format, text, await metadataFor(opened.leaves, key, metadata, options));
}

/** Each sealed value is a text of its own, which stands in the file once. */
function withValuesSealedAnew(document: SealedDocument, leaves: readonly PlacedLeaf[], key: DataKey): string {
  const { rule } = document.metadata;
  const before = leavesOf(document.content).filter(({ path }) => isSealedPath(path, rule));
  const after = leaves.filter(({ path }) => isSealedPath(path, rule));
  if (before.length !== after.length || /#\s*ENC\[/.test(document.text))
    throw new RangeError('it has sealed comments');
  return before.reduce((text, { path, leaf }, index) => {
    if (leaf.text === '') return text;
    return text.replace(leaf.text, () => sealValue(after[index]!.leaf, key, placeText(path)));
  }, document.text);
}

async function metadataFor(
  leaves: readonly PlacedLeaf[],
  key: DataKey,
  sealing: Pick<SopsMetadata, 'rule' | 'macOnlyEncrypted'>,
  { recipients, now }: SealOptions,
): Promise<SopsMetadata> {
  const lastModified = now.toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    age: await Promise.all(recipients.map((recipient) => wrapKey(key, recipient))),
    others: [],
    mac: sealValue({ type: 'str', text: macOf(leaves, sealing) }, key, lastModified),
    lastModified,
    version: VERSION,
    rule: sealing.rule,
    macOnlyEncrypted: sealing.macOnlyEncrypted,
  };
}
