/** Which values of a sealed file become which keys of a Secret: those of a Secret, where the file is one, else those at
 * the top of the file. */
import { TruekeelError } from '../../objects/index.ts';
import { SEALED_VALUE, type SealedDocument } from './document.ts';
import { isSealedPath } from './metadata.ts';
import { type Branch, isBranch, isLeaf, type Leaf, member, textMember } from './tree.ts';

export interface SecretEntry {
  readonly key: string;
  /** Where the value stands in the file. */
  readonly path: readonly string[];
  readonly leaf: Leaf;
  /** How the value, once opened, says the bytes. */
  readonly encoding: 'text' | 'base64';
}

/** The key of a file that is one value, where the program gives it none. */
const BINARY_KEY = 'data';

/** @param key of a file that is one value
 * @throws TruekeelError `SEALED_UNREADABLE` where the file cannot become a Secret */
export function secretEntries(document: SealedDocument, key: string = BINARY_KEY): readonly SecretEntry[] {
  const { content, format } = document;
  const entries = isSecret(content)
    ? [...entriesIn(document, 'data', 'base64'), ...entriesIn(document, 'stringData', 'text')]
    : content.entries.map(([name, node]) => {
        if (!isLeaf(node)) throw wrong(document, `has more than one value under ${name}`);
        return { key: format === 'binary' ? key : name, path: [name], leaf: node, encoding: 'text' as const };
      });
  // What is in both counts as the server has it: stringData wins.
  const kept = entries.filter(
    ({ key: name }, index) => entries.findLastIndex((one) => one.key === name) === index,
  );
  for (const entry of kept) check(document, entry);
  if (kept.length === 0) throw wrong(document, 'has no values');
  return kept.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** The type of the Secret, where the file says it. */
export function secretType({ content }: SealedDocument): string | undefined {
  return isSecret(content) ? textMember(content, 'type') : undefined;
}

function isSecret(content: Branch): boolean {
  return textMember(content, 'kind') === 'Secret' && textMember(content, 'apiVersion') === 'v1';
}

function entriesIn(
  document: SealedDocument,
  field: string,
  encoding: SecretEntry['encoding'],
): SecretEntry[] {
  const node = member(document.content, field);
  if (node === undefined) return [];
  if (!isBranch(node)) throw wrong(document, `has no map at ${field}`);
  return node.entries.map(([key, value]) => {
    if (!isLeaf(value)) throw wrong(document, `has more than one value under ${field}.${key}`);
    return { key, path: [field, key], leaf: value, encoding };
  });
}

function check(document: SealedDocument, { key, path, leaf }: SecretEntry): void {
  if (!/^[-._a-zA-Z0-9]{1,253}$/.test(key) || key === '.' || key.startsWith('..'))
    throw wrong(document, `has the key ${JSON.stringify(key)}: letters, digits, "-", "_" and "." make one`);
  const isSealed = isSealedPath(path, document.metadata.rule);
  if (leaf.type === 'null' || !isSealed || (leaf.text !== '' && !SEALED_VALUE.test(leaf.text)))
    throw wrong(document, `has a value at ${path.join('.')} that is not sealed`);
}

function wrong(document: SealedDocument, what: string): TruekeelError {
  return new TruekeelError(`${document.file} ${what}`, {
    code: 'SEALED_UNREADABLE',
    family: 'validation',
    hint: 'It has to be a Secret whose data or stringData is sealed, a map of sealed values, or one sealed value.',
  });
}
