/** Rules written as data: what the fields and conditions of a kind mean. This is all that most custom kinds need. */
import type { KubernetesObject } from '../../objects/index.ts';
import { conditionsOf, generationAt, isFields, valueAt } from '../fields.ts';
import type { Health, HealthRule } from '../health.ts';
import { current, failed, failing, inProgress, paused } from '../health.ts';
import { type Finding, firstFinding, isStale, unmetCondition } from './match.ts';

/** A condition by type and status. One that was made of an older generation of the object matches nothing. */
export interface ConditionMatch {
  readonly type: string;
  /** Nearly always `True`, `False` or `Unknown`; a few kinds have words of their own (`Degraded`). */
  readonly status: string;
  readonly reason?: string | readonly string[];
  /** Reasons that do not count. */
  readonly exceptReason?: readonly string[];
  /** Cluster API v1beta1, Knative and others grade their conditions: `Error`, `Warning`, `Info`. */
  readonly severity?: string;
}

/** A field that holds one of some values, or (`in: 'anything'`) any value at all. A list without items
 * counts as nothing, a map without members does not: `automated: {}` is a decision. */
export interface FieldMatch {
  /** `status.phase` */
  readonly field: string;
  readonly in: readonly (string | number | boolean)[] | 'anything' | 'nothing';
}

/** A number, or the length of a list, that has reached another. */
export interface CountMatch {
  /** `status.readyReplicas`; 0 when it is not there. */
  readonly count: string;
  /** Path of the other one, or a number. */
  readonly atLeast: string | number;
  /** What counts when there is nothing at `atLeast`; 0 when absent. */
  readonly byDefault?: number;
}

export interface AllMatch {
  readonly all: readonly Match[];
}

export interface NotMatch {
  readonly not: Match;
}

/** A list of things with fields and conditions of their own: listeners, parents. Paths inside begin at the item, whose
 * conditions are at `conditions`. */
export interface ListMatch {
  /** `status.parents` */
  readonly list: string;
  /** `every` needs at least one item. */
  readonly items: 'some' | 'every';
  /** Field of an item that names it in messages. */
  readonly name: string;
  /** One of these has to match the item. */
  readonly match: readonly Match[];
}

export type Match = ConditionMatch | FieldMatch | CountMatch | AllMatch | NotMatch | ListMatch;

/** Asked in the order of the members; of each list, the first that matches decides. */
export interface KindRule {
  /** It stands still because somebody asked for that. */
  readonly paused?: readonly Match[];
  /** It will not get on unless somebody changes something. Ends a wait at once. */
  readonly failed?: readonly Match[];
  /** It has failed for now, and its controller tries again by itself. Does not end a wait. */
  readonly failing?: readonly Match[];
  readonly inProgress?: readonly Match[];
  readonly current?: readonly Match[];
  /** When nothing matches. `InProgress` for kinds to which their controller always writes a status: it has not yet, or
   * says that it is not done. */
  readonly otherwise: 'InProgress' | 'Current';
  /** Paths at which the kind explains itself, if not in the condition that decides: `status.message`. */
  readonly message?: readonly string[];
}

/** Rules by group kind. */
export type KindRules = Readonly<Record<string, KindRule>>;

/** Makes a rule of data. */
export function kindRule(rule: KindRule): HealthRule {
  return (object) => {
    const find = (matches: readonly Match[] = []): Finding | undefined =>
      firstFinding(matches, { object, generation: generationAt(object, 'metadata.generation') });
    const say = (finding: Finding): Finding =>
      finding.said ? finding : { ...finding, message: ownWords(object, rule) ?? finding.message };
    const stands = find(rule.paused);
    if (stands) return paused(say(stands).message);
    for (const [matches, make] of [
      [rule.failed, failed],
      [rule.failing, failing],
      [rule.inProgress, inProgress],
    ] as const) {
      const finding = find(matches);
      if (finding) return make(finding.reason, say(finding).message);
    }
    const done = find(rule.current);
    if (done) return current(say(done).message);
    return judgeRest(object, rule);
  };
}

function judgeRest(object: KubernetesObject, rule: KindRule): Health {
  if (rule.otherwise === 'Current') return current('exists');
  const status = valueAt(object, 'status');
  if (!isFields(status) || Object.keys(status).length === 0) {
    return inProgress('NoStatus', `waiting for the controller of ${object.kind} to report`);
  }
  const conditions = conditionsOf(object);
  const generation = generationAt(object, 'metadata.generation');
  if (conditions.some((condition) => isStale(condition, generation))) {
    return inProgress(
      'LatestGenerationNotObserved',
      `generation ${generation} not yet seen by its controller`,
    );
  }
  const unmet = unmetCondition(rule.current ?? [], conditions);
  const words = ownWords(object, rule);
  return unmet
    ? inProgress(unmet.reason, unmet.message || words || `${unmet.type} is ${unmet.status}`)
    : inProgress('NotReady', words ?? `the controller of ${object.kind} has not finished`);
}

function ownWords(object: KubernetesObject, { message = [] }: KindRule): string | undefined {
  for (const path of message) {
    const words = valueAt(object, path);
    if (typeof words === 'string' && words !== '') return words;
  }
  return undefined;
}
