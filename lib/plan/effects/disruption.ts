/** Whether pods may go that were kept before. */
import type { JsonObject, JsonValue } from '../../objects/index.ts';
import { fieldOf } from '../field-path.ts';
import { formatGroupKind } from '../live.ts';
import type { Effect } from '../plan.ts';
import type { Consequence } from './consequence.ts';
import { isRemoval } from './consequence.ts';

export function allowsDisruption(consequence: Consequence): Effect | undefined {
  const { key, action, live, after } = consequence;
  if (formatGroupKind(key) !== 'PodDisruptionBudget.policy' || action === 'create') return;
  const gone = isRemoval(consequence) && action !== 'replace';
  // Objects are JSON.
  const lowered = allowsAll(after as JsonObject | undefined) && !allowsAll(live as JsonObject | undefined);
  if (!gone && !lowered) return;
  return { kind: 'allows-disruption', message: 'lets all pods that it selects be evicted at once' };
}

/** Whether a budget keeps no pod at all. */
function allowsAll(budget: JsonObject | undefined): boolean {
  const isZero = (value: JsonValue | undefined) => value === 0 || value === '0' || value === '0%';
  return (
    isZero(fieldOf(budget, 'spec', 'minAvailable')) || fieldOf(budget, 'spec', 'maxUnavailable') === '100%'
  );
}
