/** What SOPS writes beside the values: for whom they are sealed, which of them are, and their authentication code. */
import { type Branch, isBranch, isLeaf, member, type Node, textMember } from './tree.ts';
import { UnreadableDocument } from './unreadable.ts';

/** The key of each file, wrapped for one recipient. */
export interface WrappedKey {
  /** A recipient of age: `age1…`. */
  readonly recipient: string;
  /** What age made of the key, armored. */
  readonly enc: string;
}

export interface SopsMetadata {
  readonly age: readonly WrappedKey[];
  /** Other services that the key is wrapped by: `kms`, `pgp`. Nothing is unwrapped by them here. */
  readonly others: readonly string[];
  /** Sealed, and bound to `lastModified`. */
  readonly mac: string;
  readonly lastModified: string;
  readonly version: string;
  readonly rule: SealRule;
  /** Whether the code leaves out what is not sealed. */
  readonly macOnlyEncrypted: boolean;
}

/** Which values are sealed. */
export type SealRule =
  | { readonly by: 'suffix' | 'regex'; readonly pattern: string; readonly seals: boolean }
  | { readonly by: 'comment' };

/** Values of keys with this ending are left open, unless the file says otherwise. sops.go, `DefaultUnencryptedSuffix`. */
const DEFAULT_RULE: SealRule = { by: 'suffix', pattern: '_unencrypted', seals: false };

const OTHER_KEYS = ['pgp', 'kms', 'gcp_kms', 'azure_kv', 'hc_vault', 'hckms'];

const RULES: readonly (readonly [member: string, by: 'suffix' | 'regex', seals: boolean])[] = [
  ['unencrypted_suffix', 'suffix', false],
  ['encrypted_suffix', 'suffix', true],
  ['unencrypted_regex', 'regex', false],
  ['encrypted_regex', 'regex', true],
];

/** @throws UnreadableDocument */
export function readMetadata(document: Branch): SopsMetadata {
  const sops = member(document, 'sops');
  if (!isBranch(sops)) throw new UnreadableDocument('is not sealed: it has no metadata of SOPS');
  if (member(sops, 'key_groups') !== undefined)
    throw new UnreadableDocument(
      'needs keys of several groups, which are not read here: seal it for recipients of age',
    );
  const mac = textMember(sops, 'mac');
  const lastModified = textMember(sops, 'lastmodified');
  if (!mac) throw new UnreadableDocument('has no message authentication code (sops.mac)');
  if (!lastModified) throw new UnreadableDocument('does not say when it was sealed (sops.lastmodified)');
  return {
    age: wrappedKeys(member(sops, 'age')),
    others: OTHER_KEYS.filter((name) => isFilled(member(sops, name))),
    mac,
    lastModified,
    version: textMember(sops, 'version') ?? '',
    rule: ruleOf(sops),
    macOnlyEncrypted: isTrue(member(sops, 'mac_only_encrypted')),
  };
}

function wrappedKeys(node: Node | undefined): readonly WrappedKey[] {
  const items = Array.isArray(node) ? (node as readonly Node[]) : [];
  return items.map((item) => {
    const recipient = isBranch(item) ? textMember(item, 'recipient') : undefined;
    const enc = isBranch(item) ? textMember(item, 'enc') : undefined;
    if (recipient && enc) return { recipient, enc };
    throw new UnreadableDocument('has an entry in sops.age without recipient and enc');
  });
}

function ruleOf(sops: Branch): SealRule {
  const rules = RULES.flatMap(([name, by, seals]): SealRule[] => {
    const pattern = textMember(sops, name);
    return pattern ? [{ by, pattern, seals }] : [];
  });
  for (const name of ['unencrypted_comment_regex', 'encrypted_comment_regex'])
    if (textMember(sops, name)) rules.push({ by: 'comment' });
  if (rules.length > 1)
    throw new UnreadableDocument('has several rules of what is sealed, and SOPS allows one');
  const [rule = DEFAULT_RULE] = rules;
  if (rule.by === 'comment')
    throw new UnreadableDocument(
      'says by comments what is sealed, which is not read here: use encrypted_regex',
    );
  if (rule.by === 'regex') checkPattern(rule.pattern);
  return rule;
}

function checkPattern(pattern: string): void {
  try {
    new RegExp(pattern);
  } catch {
    throw new UnreadableDocument(`says what is sealed by ${JSON.stringify(pattern)}, which is not read here`);
  }
}

/** Whether the value under some keys is sealed. */
export function isSealedPath(path: readonly string[], rule: SealRule): boolean {
  if (rule.by === 'comment') return false; // Such a file is not read.
  const { by, pattern, seals } = rule;
  const matches = by === 'suffix' ? (key: string) => key.endsWith(pattern) : matcher(pattern);
  return path.some(matches) ? seals : !seals;
}

function matcher(pattern: string): (key: string) => boolean {
  const expression = new RegExp(pattern);
  return (key) => expression.test(key);
}

function isFilled(node: Node | undefined): boolean {
  return Array.isArray(node) && node.length > 0;
}

function isTrue(node: Node | undefined): boolean {
  // In a file of variables everything is text.
  return isLeaf(node) && (node.text === 'True' || node.text === 'true');
}
