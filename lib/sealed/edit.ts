/** A sealed file as a text that people edit, and such a text as a sealed file: what they left as it was stays sealed as it
 * was, so that a diff of the file shows which values they changed. */
import { emitYaml, TruekeelError } from '../objects/index.ts';
import { type DataKey, placeText, sealValue } from './cipher.ts';
import { readSealed, type SealedDocument } from './document/document.ts';
import { isSealedPath } from './document/metadata.ts';
import { readDotenv } from './document/read-dotenv.ts';
import { readYaml } from './document/read-yaml.ts';
import { type ScalarPlace, yamlScalars } from './document/scalar-places.ts';
import { type Branch, type Leaf, leavesOf, type PlacedLeaf, withLeaves } from './document/tree.ts';
import { UnreadableDocument } from './document/unreadable.ts';
import { macOf } from './mac.ts';
import type { OpenDocument } from './open.ts';
import { branchJson, withMetadata, withoutMetadata } from './rewrite.ts';

/** @throws TruekeelError `SEALED_UNREADABLE` for a file that cannot be edited here */
export function plainText(document: SealedDocument, { leaves }: OpenDocument): string {
  const { format, content, file, metadata } = document;
  if (metadata.others.length > 0) {
    throw refused(`${file} is sealed by ${metadata.others.join(', ')}, too, which is not written here`);
  }
  if (leavesOf(content).length !== leaves.length || /#\s*ENC\[/.test(document.text))
    throw refused(`${file} has sealed comments, which are not written here`);
  if (format === 'binary') return wholeText(document, leaves);
  if (format === 'json') return branchJson(withLeaves(content, leaves) as Branch); // what is no leaf stays what it is
  const text = withoutMetadata(format, document.text);
  if (format === 'yaml' && content.entries.length === 0) return '{}\n';
  const isSealed = ({ path, leaf }: PlacedLeaf) => leaf.text !== '' && isSealedPath(path, metadata.rule);
  const before = leavesOf(content);
  if (format === 'dotenv') {
    return withVariables(text, (name) => {
      const at = before.findIndex((one) => one.path[0] === name && isSealed(one));
      return leaves[at]?.leaf.text;
    });
  }
  return yamlScalars(text).reduceRight((whole, place, index) => {
    const [was, { leaf }] = [before[index]!, leaves[index]!];
    return isSealed(was) && was.leaf.type !== 'null' ? withScalar(whole, place, leaf) : whole;
  }, text);
}

/** @param opened the document as it was
 * @param edited what {@link plainText} gave, changed
 * @returns the text of the file; undefined where no value and nothing else is another
 * @throws TruekeelError `SEALED_UNREADABLE`; what it says quotes no value */
export function sealEdited(
  document: SealedDocument,
  opened: OpenDocument,
  edited: string,
  now: Date,
): string | undefined {
  if (edited === plainText(document, opened)) return undefined;
  try {
    const sealed = sealedText(document, opened, edited, now);
    // Whatever was written into it: what comes out has to be a sealed file.
    readSealed(sealed, document.file, document.format);
    return sealed;
  } catch (error) {
    if (!(error instanceof UnreadableDocument)) throw error;
    throw refused(`the edited text ${error.message}`);
  }
}

function sealedText(
  document: SealedDocument,
  { key, leaves }: OpenDocument,
  edited: string,
  now: Date,
): string {
  const { format, metadata } = document;
  const content = contentOf(format, edited);
  if (
    content.entries.some(([name]) => name === 'sops' || (format === 'dotenv' && name.startsWith('sops_')))
  ) {
    throw new UnreadableDocument('has metadata of SOPS, which are not edited');
  }
  if (format !== 'dotenv' && /#\s*ENC\[/.test(edited)) throw new UnreadableDocument('has a sealed comment');
  const seal = sealer(document, leaves, key);
  const changed = leavesOf(content);
  const sealed = changed.map(({ path, leaf }): PlacedLeaf => {
    const isSealed = leaf.type !== 'null' && isSealedPath(path, metadata.rule);
    return isSealed ? { path, leaf: { type: 'str', text: seal(path, leaf) } } : { path, leaf };
  });
  const lastModified = now.toISOString().replace(/\.\d+Z$/, 'Z');
  const mac = sealValue({ type: 'str', text: macOf(changed, metadata) }, key, lastModified);
  return withMetadata(format, replaced(format, edited, content, sealed), { ...metadata, mac, lastModified });
}

function contentOf(format: SealedDocument['format'], edited: string): Branch {
  if (format === 'binary') return { entries: [['data', { type: 'str', text: edited }]] };
  return format === 'dotenv' ? readDotenv(edited) : readYaml(edited);
}

/** Seals a value, or finds it sealed: with the same key and at the same place, what it was sealed to before will do. */
function sealer(document: SealedDocument, leaves: readonly PlacedLeaf[], key: DataKey) {
  const before = new Map<string, string[]>();
  const nameOf = (path: readonly string[], { type, text }: Leaf) => JSON.stringify([path, type, text]);
  for (const [index, { path, leaf }] of leavesOf(document.content).entries()) {
    const name = nameOf(path, leaves[index]!.leaf);
    before.set(name, [...(before.get(name) ?? []), leaf.text]);
  }
  return (path: readonly string[], leaf: Leaf): string =>
    before.get(nameOf(path, leaf))?.shift() ?? sealValue(leaf, key, placeText(path));
}

function replaced(
  format: SealedDocument['format'],
  edited: string,
  content: Branch,
  sealed: readonly PlacedLeaf[],
): string {
  if (format === 'json' || format === 'binary') return branchJson(withLeaves(content, sealed) as Branch);
  if (format === 'dotenv') {
    const byName = new Map(sealed.map(({ path, leaf }) => [path[0], leaf.text]));
    return withVariables(edited.replace(/^\ufeff/, ''), (name) => byName.get(name));
  }
  if (content.entries.length === 0) return '';
  const text = edited.replace(/^\ufeff/, '');
  // From the end, so that places before it stay where they are.
  return yamlScalars(text).reduceRight((whole, { start, end, isBlock }, index) => {
    const { leaf } = sealed[index]!;
    if (!leaf.text.startsWith('ENC[')) return whole;
    return `${whole.slice(0, start)}${leaf.text}${isBlock ? '\n' : ''}${whole.slice(end)}`;
  }, text);
}

/** @param given undefined for a variable that stays as it is */
function withVariables(text: string, given: (variable: string) => string | undefined): string {
  const lines = text.split('\n').map((line) => {
    const equals = line.indexOf('=');
    const value = equals < 0 || line.startsWith('#') ? undefined : given(line.slice(0, equals));
    return value === undefined ? line : `${line.slice(0, equals)}=${value.replaceAll('\n', '\\n')}`;
  });
  return lines.join('\n');
}

/** A text of several lines stands as such where there is nothing but a key before it in its line. */
function withScalar(whole: string, { start, end }: ScalarPlace, { type, text }: Leaf): string {
  const before = whole.slice(whole.lastIndexOf('\n', start) + 1, start);
  const put = (written: string) => `${whole.slice(0, start)}${written}${whole.slice(end)}`;
  if (type !== 'str') return put(text.toLowerCase());
  const written = emitYaml({ v: text }).slice('v: '.length, -1);
  if (!written.includes('\n')) return put(written);
  const indent = /^( *)[^\s"'#{[-][^"'#{[]*: $/.exec(before)?.[1];
  const isAlone = indent !== undefined && /^ *(?:\n|$)/.test(whole.slice(end));
  return put(isAlone ? written.replace(/\n(?=.)/g, `\n${indent}`) : JSON.stringify(text));
}

function wholeText({ file }: SealedDocument, leaves: readonly PlacedLeaf[]): string {
  const [only] = leaves;
  if (leaves.length === 1 && only && !only.leaf.text.includes('\ufffd')) return only.leaf.text;
  throw refused(`${file} is no text`);
}

function refused(message: string): TruekeelError {
  return new TruekeelError(message, {
    code: 'SEALED_UNREADABLE',
    family: 'validation',
    hint: 'The file is as it was. Edit it with sops, or seal it anew with "truekeel secret seal".',
  });
}
