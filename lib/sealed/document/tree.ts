/** What a SOPS file holds, in the order in which it is written: the message authentication code is over the values in
 * that order, and objects of JavaScript do not keep it (keys that look like numbers come first). */

/** A value. */
export interface Leaf {
  /** As SOPS names the types of values; `null` is never sealed. */
  readonly type: 'str' | 'int' | 'float' | 'bool' | 'null';
  /** The bytes that SOPS takes for the value (sops.go, `ToBytes`), as text: booleans are `True` and `False`. */
  readonly text: string;
}

export interface Branch {
  readonly entries: readonly (readonly [key: string, value: Node])[];
}

export type Node = Leaf | Branch | readonly Node[];

export function isBranch(node: Node | undefined): node is Branch {
  return node !== undefined && 'entries' in node && !Array.isArray(node);
}

export function isLeaf(node: Node | undefined): node is Leaf {
  return node !== undefined && 'text' in node;
}

/** The value of a key. */
export function member(branch: Branch, key: string): Node | undefined {
  return branch.entries.find(([name]) => name === key)?.[1];
}

/** The text of a key whose value is text. */
export function textMember(branch: Branch, key: string): string | undefined {
  const node = member(branch, key);
  return isLeaf(node) && node.type === 'str' ? node.text : undefined;
}

/** A value with the keys above it. Items of lists add none, as in SOPS. */
export interface PlacedLeaf {
  readonly path: readonly string[];
  readonly leaf: Leaf;
}

/** All values, in their order. */
export function leavesOf(node: Node, path: readonly string[] = []): readonly PlacedLeaf[] {
  const found: PlacedLeaf[] = [];
  const walk = (at: Node, above: readonly string[]): void => {
    if (isLeaf(at)) found.push({ path: above, leaf: at });
    else if (isBranch(at)) for (const [key, value] of at.entries) walk(value, [...above, key]);
    else for (const item of at) walk(item, above);
  };
  walk(node, path);
  return found;
}

/** The same tree with other values. @param leaves in the order of {@link leavesOf}, as many as there are */
export function withLeaves(node: Node, leaves: readonly PlacedLeaf[]): Node {
  let index = 0;
  const walk = (at: Node): Node => {
    if (isLeaf(at)) return leaves[index++]!.leaf;
    if (isBranch(at)) return { entries: at.entries.map(([key, value]) => [key, walk(value)] as const) };
    return at.map(walk);
  };
  return walk(node);
}
