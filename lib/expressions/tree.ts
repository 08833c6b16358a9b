/** Changes to a checked syntax tree, where the library leaves no other door: what loops and adds up is counted, and equality
 * knows lists whose order says nothing. */
import { spend } from './budget.ts';
import { holdsUnordered, isEqual, united } from './equality.ts';
import { type Node, nodesIn } from './syntax.ts';

/** Of a node of a binary operator, what carries it out. */
type Handle = (left: unknown, right: unknown, ast: unknown, evaluator: unknown) => unknown;

/** Of a macro's loop. */
interface Loop {
  condition?: (accumulated: unknown) => boolean;
}

export function refineTree(ast: unknown): void {
  for (const node of nodesIn(ast)) {
    const { alternate } = node.meta ?? {};
    if (alternate?.op === 'comprehension')
      countLoop(alternate.args as Loop); // what the library's macros make
    else if (node.op === '==' || node.op === '!=') compareUnordered(node);
    else if (node.op === '+') uniteUnordered(node);
  }
}

/** The condition is asked before each item, and outside of what quantifiers catch. */
function countLoop(loop: Loop): void {
  const { condition } = loop;
  loop.condition = (accumulated) => {
    spend();
    return condition?.(accumulated) ?? true;
  };
}

function compareUnordered(node: Node): void {
  wrap(node, (handle) => (left, right, ...rest) => {
    if (!isCollection(left) || !isCollection(right) || !(holdsUnordered(left) || holdsUnordered(right)))
      return handle(left, right, ...rest);
    const isSame = isEqual(left, right, comparer(node, handle, rest));
    return node.op === '==' ? isSame : !isSame;
  });
}

function uniteUnordered(node: Node): void {
  wrap(node, (handle) => (left, right, ...rest) => {
    const isUnordered = holdsUnordered(left) && (Array.isArray(left) || left instanceof Set);
    const other = Array.isArray(right) || right instanceof Set ? right : undefined;
    const sum =
      isUnordered && other
        ? united(left as readonly unknown[], other, (a, b) => a === b)
        : handle(left, right, ...rest);
    if (typeof sum === 'string' || Array.isArray(sum)) spend(sum.length);
    if (sum instanceof Set) spend(sum.size);
    return sum;
  });
}

function comparer(node: Node, handle: Handle, rest: readonly [unknown, unknown]) {
  return (a: unknown, b: unknown): boolean => (handle(a, b, ...rest) === true) === (node.op === '==');
}

function isCollection(value: unknown): boolean {
  return Array.isArray(value) || value instanceof Set || value instanceof Map;
}

function wrap(node: Node, made: (handle: Handle) => Handle): void {
  const checked = node as Node & { handle?: Handle };
  if (checked.handle) checked.handle = made(checked.handle);
}
