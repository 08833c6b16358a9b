/** Finds the error codes in sources, by where they stand: what is given to `code:` in an object, to a parameter
 * named `code` of a function of the same file, or listed in a type named `…ErrorCode`. */
import { parseSync } from 'oxc-parser';

export interface CodeUse {
  readonly code: string;
  readonly line: number;
}

/** Codes of Node's own errors that we make or hand on. */
const SYSTEM_CODES: ReadonlySet<string> = new Set(['ECONNRESET', 'ETIMEDOUT']);

interface Node {
  readonly type: string;
  readonly start: number;
}

export function errorCodesIn(file: string, text: string): readonly CodeUse[] {
  const { program } = parseSync(file, text);
  const nodes = [...walk(program)];
  const functions = new Map(nodes.flatMap(codeParameter));
  const found = new Map<string, number>();
  const add = (value: unknown) => {
    for (const node of walk(value)) {
      const code = textOf(node);
      if (
        code !== undefined &&
        /^[A-Z][A-Z0-9_]{3,}$/.test(code) &&
        !SYSTEM_CODES.has(code) &&
        !found.has(code)
      ) {
        found.set(code, text.slice(0, node.start).split('\n').length);
      }
    }
  };
  for (const node of nodes) {
    if (isNamed(node, 'Property', 'key', 'code')) add(member(node, 'value'));
    if (isNamed(node, 'TSPropertySignature', 'key', 'code')) add(member(node, 'typeAnnotation'));
    if (node.type === 'TSTypeAliasDeclaration' && nameOf(member(node, 'id')).endsWith('ErrorCode')) add(node);
    if (node.type === 'CallExpression') {
      const position = functions.get(nameOf(member(node, 'callee')));
      const given = member(node, 'arguments');
      if (position !== undefined && Array.isArray(given)) add(given[position]);
    }
  }
  return [...found].map(([code, line]) => ({ code, line }));
}

/** The hints that are written out in a source: what is given to `hint:`, with `…` for what is filled in. */
export function hintsIn(file: string, text: string): readonly string[] {
  return [...walk(parseSync(file, text).program)]
    .filter((node) => isNamed(node, 'Property', 'key', 'hint'))
    .flatMap((node) => {
      const value = member(node, 'value');
      const start = member(value, 'start');
      const end = member(value, 'end');
      const isText = ['Literal', 'TemplateLiteral'].includes(String(member(value, 'type')));
      if (!isText || typeof start !== 'number' || typeof end !== 'number') return [];
      return [text.slice(start + 1, end - 1).replace(/\$\{[^}]*\}/g, '…')];
    });
}

/** `[name, position]` of a function that takes a parameter named `code`. */
function codeParameter(node: Node): readonly (readonly [string, number])[] {
  const made = node.type === 'VariableDeclarator' ? member(node, 'init') : node;
  const parameters = member(made, 'params');
  if (!Array.isArray(parameters)) return [];
  const position = parameters.findIndex((parameter) => nameOf(parameter) === 'code');
  const name = nameOf(member(node, 'id'));
  return position < 0 || name === '' ? [] : [[name, position]];
}

function isNamed(node: Node, type: string, part: string, name: string): boolean {
  return node.type === type && nameOf(member(node, part)) === name;
}

function textOf(node: Node): string | undefined {
  const value = node.type === 'Literal' ? member(node, 'value') : undefined;
  return typeof value === 'string' ? value : undefined;
}

function nameOf(value: unknown): string {
  const name = member(value, 'name');
  return typeof name === 'string' ? name : '';
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** Every node of a syntax tree, the given one first. */
function* walk(value: unknown): Generator<Node> {
  if (typeof value !== 'object' || value === null) return;
  if (typeof member(value, 'type') === 'string' && typeof member(value, 'start') === 'number') {
    yield value as Node;
  }
  for (const part of Object.values(value)) yield* walk(part);
}
