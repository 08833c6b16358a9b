/** What a structural schema does not allow, in words for people. */
import { counted, nearest } from '../../objects/index.ts';
import type { SchemaNode } from './schema-node.ts';
import { isMap, type Path, type SchemaProblem } from './walk.ts';

/** The path of a problem, and what is wrong there, as it follows the path: `must be at least 1, not 0`.
 * @param root path of the value that was walked */
export function sayProblem(
  below: Path,
  problem: SchemaProblem,
  root = '',
): { readonly path: string; readonly problem: string } {
  return { path: below.reduce(fieldPath, root), problem: wordsOf(root, below, problem) };
}

function wordsOf(root: string, below: Path, problem: SchemaProblem): string {
  const { schema, value } = problem;
  switch (problem.is) {
    case 'type':
      return `must be ${expected(schema)}, not ${typeof value === 'number' && schema.type === 'integer' ? value : typeName(value)}`;
    case 'enum':
      return `must be one of ${(schema.enum ?? []).map((allowed) => JSON.stringify(allowed)).join(', ')}, not ${shown(value)}`;
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return `must have at least ${partsOf(problem)}, not ${problem.size}`;
    case 'maxLength':
    case 'maxItems':
    case 'maxProperties':
      return `must have at most ${partsOf(problem)}, not ${problem.size}`;
    case 'pattern':
      return `must match ${schema.pattern}, which ${shown(value)} does not`;
    case 'format':
      return `must be ${FORMATS[schema.format ?? ''] ?? `of the format ${schema.format}`}, not ${shown(value)}`;
    case 'minimum':
      return `must be ${schema.exclusiveMinimum ? 'more than' : 'at least'} ${schema.minimum}, not ${value}`;
    case 'maximum':
      return `must be ${schema.exclusiveMaximum ? 'less than' : 'at most'} ${schema.maximum}, not ${value}`;
    case 'multipleOf':
      return `must be a multiple of ${schema.multipleOf}, not ${value}`;
    case 'duplicate':
      return `is there already, as item ${problem.first}`;
    case 'missing':
      return 'is missing';
    case 'unknown': {
      const near = nearest(String(below.at(-1)), Object.keys(schema.properties ?? {}));
      return `is no field of the kind${near === undefined ? '' : `; did you mean ${near}?`}`;
    }
    case 'anyOf':
    case 'oneOf': {
      const ways = schema[problem.is]?.length ?? 0;
      if (problem.hits > 1) return `fits ${problem.hits} of ${ways} ways to write it, and must fit one only`;
      const reasons = problem.misses.map((miss) => {
        const said = sayProblem(miss.path, miss.problem, root);
        return `${said.path} ${said.problem}`;
      });
      return `fits none of ${ways} ways to write it: ${[...new Set(reasons)].join('; or ')}`;
    }
    case 'not':
      return 'has a form that is not allowed here';
  }
}

function partsOf({ is, limit }: Extract<SchemaProblem, { readonly limit: number }>): string {
  if (is === 'minLength' || is === 'maxLength') return counted(limit, 'character');
  return is === 'minItems' || is === 'maxItems' ? counted(limit, 'item') : counted(limit, 'entry', 'entries');
}

const FORMATS: Readonly<Record<string, string>> = {
  'date-time': 'a date and time such as 2030-01-31T12:00:00Z',
};

const TYPE_NAMES: Readonly<Record<string, string>> = {
  object: 'a map',
  array: 'a list',
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
};

function expected(schema: SchemaNode): string {
  if (schema['x-kubernetes-int-or-string']) return 'a whole number or a string';
  return TYPE_NAMES[schema.type ?? ''] ?? 'a value that JSON can hold';
}

function shown(value: unknown): string {
  const text = typeof value === 'object' && value !== null ? typeName(value) : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** As messages name it: `a string`, `null`, `a Date`. */
function typeName(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  if (isMap(value)) return 'a map';
  if (typeof value === 'object') return `a ${value.constructor?.name ?? 'class instance'}`;
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`;
}

/** `spec` and `dnsNames` to `spec.dnsNames`; a name with other characters goes into brackets. */
export function fieldPath(parent: string, field: string | number): string {
  if (typeof field === 'number') return `${parent}[${field}]`;
  if (!/^[\w$-]+$/.test(field)) return `${parent}[${JSON.stringify(field)}]`;
  return parent === '' ? field : `${parent}.${field}`;
}
