/** Short words for what most rules say, so that the data reads like the sentences in a project's documentation. */
import type { ConditionMatch, FieldMatch, KindRule } from './kind-rule.ts';

/** The condition is True. */
export const is = (type: string, ...reasons: readonly string[]): ConditionMatch => ({
  type,
  status: 'True',
  ...(reasons.length > 0 && { reason: reasons }),
});

/** The condition is False. */
export const isNot = (type: string, ...reasons: readonly string[]): ConditionMatch => ({
  type,
  status: 'False',
  ...(reasons.length > 0 && { reason: reasons }),
});

/** The condition is False for other reasons than these. */
export const isNotUnless = (type: string, ...exceptReason: readonly string[]): ConditionMatch => ({
  type,
  status: 'False',
  exceptReason,
});

/** The field has one of the values. */
export const has = (field: string, ...values: readonly (string | number | boolean)[]): FieldMatch => ({
  field,
  in: values,
});

export const phase = (...values: readonly string[]): FieldMatch => has('status.phase', ...values);

/** The field has any value. */
export const filled = (field: string): FieldMatch => ({ field, in: 'anything' });

/** Ready is True when it is done and False when something is wrong, which the controller tries again to mend. */
export const READY_OR_FAILING: KindRule = {
  failing: [isNot('Ready')],
  current: [is('Ready')],
  otherwise: 'InProgress',
};

/** Ready is True when it is done; until then, False says no more than that it is not. */
export const READY: KindRule = { current: [is('Ready')], otherwise: 'InProgress' };

/** No controller ever writes a status: that it is there is all that can be known. */
export const NO_STATUS: KindRule = { otherwise: 'Current' };
