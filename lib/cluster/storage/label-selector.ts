/** Label selectors as in a query string (`app=web,tier in (a,b),!legacy`) and as in objects (`matchLabels`,
 * `matchExpressions`). */
import { badRequest } from '../status.ts';

type Labels = Readonly<Record<string, string>>;
export type LabelPredicate = (labels: Labels) => boolean;

const NAME = `[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?`;
const KEY = `(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?/)?${NAME}`;
const SETS = new RegExp(String.raw`^(${KEY})\s+(in|notin)\s*\(([^()]*)\)$`);
const EQUALITY = new RegExp(String.raw`^(${KEY})\s*(=|==|!=)\s*(${NAME}|)$`);
const NUMERIC = new RegExp(String.raw`^(${KEY})\s*([<>])\s*(-?\d+)$`);
const EXISTENCE = new RegExp(String.raw`^(!?)\s*(${KEY})$`);

/** @throws ApiError 400 when the text is not a selector */
export function parseLabelSelector(text: string): LabelPredicate {
  if (text.trim() === '') return () => true;
  const predicates = splitRequirements(text).map((requirement) => parseRequirement(requirement.trim()));
  return (labels) => predicates.every((predicate) => predicate(labels));
}

/** Splits at the commas that are not inside parentheses. */
function splitRequirements(text: string): string[] {
  return text.split(/,(?![^(]*\))/);
}

function parseRequirement(text: string): LabelPredicate {
  const equality = EQUALITY.exec(text);
  if (equality) {
    const [, key = '', operator, value = ''] = equality;
    return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  const sets = SETS.exec(text);
  if (sets) {
    const [, key = '', operator, list = ''] = sets;
    const values = new Set(list.split(',').map((value) => value.trim()));
    return operator === 'in' ? isIn(key, values) : (labels) => !isIn(key, values)(labels);
  }
  const numeric = NUMERIC.exec(text);
  if (numeric) {
    const [, key = '', operator, bound = ''] = numeric;
    return (labels) => {
      const value = Number.parseInt(labels[key] ?? '', 10);
      return operator === '<' ? value < Number(bound) : value > Number(bound);
    };
  }
  const existence = EXISTENCE.exec(text);
  if (existence) {
    const [, not, key = ''] = existence;
    return not ? (labels) => labels[key] === undefined : (labels) => labels[key] !== undefined;
  }
  const second = new RegExp(`^${KEY}\\s+(\\S+)`).exec(text)?.[1];
  if (second === undefined)
    throw badRequest(`unable to parse requirement: found '${text}', expected: identifier`);
  throw badRequest(`unable to parse requirement: found '${second}', expected: in, notin, =, ==, !=, gt, lt`);
}

function isIn(key: string, values: ReadonlySet<string>): LabelPredicate {
  return (labels) => {
    const value = labels[key];
    return value !== undefined && values.has(value);
  };
}
