/** The syntax tree of an expression, as far as something has to be known of it before it is evaluated. */

export interface Node {
  readonly op: string;
  args: unknown;
  /** What a macro became. */
  readonly meta?: { readonly alternate?: { readonly op: string; readonly args: unknown } };
}

export function nodesIn(ast: unknown): readonly Node[] {
  const nodes: Node[] = [];
  addNodes(ast, nodes);
  return nodes;
}

function addNodes(part: unknown, nodes: Node[]): void {
  if (Array.isArray(part)) {
    for (const item of part) addNodes(item, nodes);
  } else if (typeof part === 'object' && part !== null && 'op' in part && 'args' in part) {
    const node = part as Node; // what the library's parser makes
    nodes.push(node);
    addNodes(node.args, nodes);
  }
}

/** Names of variables that an expression uses, also of those that it makes itself. */
export function identifiersOf(ast: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { op, args } of nodesIn(ast)) if (op === 'id' && typeof args === 'string') names.add(args);
  return names;
}

/** Lets calls of functions be calls of others, before the expression is checked. */
export function renameFunctions(ast: unknown, names: ReadonlyMap<string, string>): void {
  for (const { op, args } of nodesIn(ast)) {
    if ((op !== 'call' && op !== 'rcall') || !Array.isArray(args)) continue;
    const name = names.get(args[0]);
    if (name !== undefined) args[0] = name;
  }
}
