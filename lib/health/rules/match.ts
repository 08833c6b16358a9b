/** Looks in an object for what a rule names. */
import type { KubernetesObject } from '../../objects/index.ts';
import { type Condition, conditionsIn, isFields, valueAt } from '../fields.ts';
import type {
  AllMatch,
  ConditionMatch,
  CountMatch,
  FieldMatch,
  ListMatch,
  Match,
  NotMatch,
} from './kind-rule.ts';

/** What matched. */
export interface Finding {
  /** For machines; empty when the kind gives none. */
  readonly reason: string;
  readonly message: string;
  /** Whether the message is the controller's own. */
  readonly said: boolean;
}

/** Where is looked: the object, or an item of a list in it. */
interface Place {
  readonly object: KubernetesObject | Readonly<Record<string, unknown>>;
  /** The object's own. */
  readonly generation: number | undefined;
  /** An item has its conditions at the top, an object in its status. */
  readonly isItem?: true;
}

/** The first of the matches that is found. */
export function firstFinding(matches: readonly Match[], place: Place): Finding | undefined {
  for (const match of matches) {
    const finding = findingOf(match, place);
    if (finding) return finding;
  }
  return undefined;
}

function findingOf(match: Match, place: Place): Finding | undefined {
  if ('type' in match) return findCondition(match, place);
  if ('field' in match) return findField(match, place);
  if ('count' in match) return compareCounts(match, place);
  if ('all' in match) return findAll(match, place);
  if ('not' in match) return findAbsence(match, place);
  return findInList(match, place);
}

function findCondition(match: ConditionMatch, { object, generation, isItem }: Place): Finding | undefined {
  const found = conditionsIn(object, isItem ? 'conditions' : 'status.conditions').find(
    (condition) => !isStale(condition, generation) && isMatched(condition, match),
  );
  return (
    found && {
      reason: found.reason,
      message: found.message || found.reason || `${found.type} is ${found.status}`,
      said: found.message !== '',
    }
  );
}

function isMatched(
  condition: Condition,
  { type, status, reason, exceptReason, severity }: ConditionMatch,
): boolean {
  return (
    condition.type === type &&
    condition.status === status &&
    (reason === undefined || [reason].flat().includes(condition.reason)) &&
    !exceptReason?.includes(condition.reason) &&
    (severity === undefined || condition.severity === severity)
  );
}

/** meta/v1 Condition: made of a generation that has been replaced, it is out of date. */
export function isStale({ observedGeneration }: Condition, generation: number | undefined): boolean {
  return observedGeneration !== undefined && generation !== undefined && observedGeneration < generation;
}

function findField(match: FieldMatch, { object }: Place): Finding | undefined {
  const value = valueAt(object, match.field);
  if (!isWanted(value, match.in)) return undefined;
  const text = typeof value === 'object' ? 'set' : String(value ?? 'not set');
  return { reason: reasonOf(value), message: `${match.field} is ${text}`, said: false };
}

function isWanted(value: unknown, wanted: FieldMatch['in']): boolean {
  const isNothing =
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
  if (wanted === 'nothing') return isNothing;
  if (wanted === 'anything') return !isNothing;
  return wanted.some((one) => one === value);
}

/** A phase such as `Failed` or `SUBMISSION_FAILED` is a reason; a sentence or a number is not. */
function reasonOf(value: unknown): string {
  return typeof value === 'string' && /^[A-Za-z_]+$/.test(value) ? value : '';
}

function compareCounts(match: CountMatch, { object }: Place): Finding | undefined {
  const have = countAt(object, match.count) ?? 0;
  const want =
    typeof match.atLeast === 'number'
      ? match.atLeast
      : (countAt(object, match.atLeast) ?? match.byDefault ?? 0);
  return have >= want ? { reason: '', message: `${match.count}: ${have}/${want}`, said: false } : undefined;
}

function countAt(object: Place['object'], path: string): number | undefined {
  const value = valueAt(object, path);
  if (Array.isArray(value)) return value.length;
  return typeof value === 'number' ? value : undefined;
}

/** The first finding speaks for all. */
function findAll({ all }: AllMatch, place: Place): Finding | undefined {
  const findings = all.map((match) => findingOf(match, place));
  return findings.every((finding) => finding !== undefined) ? findings[0] : undefined;
}

function findAbsence({ not }: NotMatch, place: Place): Finding | undefined {
  return findingOf(not, place) ? undefined : { reason: '', message: 'as expected', said: false };
}

function findInList(
  { list, items, name, match }: ListMatch,
  { object, generation }: Place,
): Finding | undefined {
  const value = valueAt(object, list);
  const findings = (Array.isArray(value) ? value : []).filter(isFields).map((item) => {
    const finding = firstFinding(match, { object: item, generation, isItem: true });
    return finding && { ...finding, message: `${labelOf(item, name)}${finding.message}` };
  });
  const isFound =
    items === 'some' || (findings.length > 0 && findings.every((finding) => finding !== undefined));
  return isFound ? findings.find((finding) => finding !== undefined) : undefined;
}

function labelOf(item: Readonly<Record<string, unknown>>, path: string): string {
  const label = valueAt(item, path);
  return typeof label === 'string' && label !== '' ? `${label}: ` : '';
}

/** Of the conditions that a list of matches asks for, the first that is there with another status: what is waited for. */
export function unmetCondition(
  matches: readonly Match[],
  conditions: readonly Condition[],
): Condition | undefined {
  const wanted = matches.flatMap(conditionMatches);
  return conditions.find((condition) =>
    wanted.some(({ type, status }) => condition.type === type && condition.status !== status),
  );
}

function conditionMatches(match: Match): readonly ConditionMatch[] {
  if ('type' in match) return [match];
  return 'all' in match ? match.all.flatMap(conditionMatches) : [];
}
