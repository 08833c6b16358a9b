/** What a change brings about beyond the write itself. Pure. That many objects go at once is no effect of one of them:
 * a guard says so (guards.ts). */

import { widensAccess } from './effects/access.ts';
import type { Consequence, FindEffects } from './effects/consequence.ts';
import { touchesData } from './effects/data.ts';
import { changesDefinition } from './effects/definition.ts';
import { allowsDisruption } from './effects/disruption.ts';
import { exposes } from './effects/exposure.ts';
import { restartsPods, scalesPods } from './effects/pods.ts';
import type { Effect } from './plan.ts';

const FINDERS: readonly FindEffects[] = [
  restartsPods,
  scalesPods,
  replaces,
  touchesData,
  changesDefinition,
  widensAccess,
  exposes,
  allowsDisruption,
];

export function effectsOf(consequence: Consequence): readonly Effect[] {
  return FINDERS.flatMap((find) => find(consequence) ?? []);
}

function replaces({ action }: Consequence): Effect | undefined {
  return action === 'replace'
    ? { kind: 'replaces', message: 'deletes the object and makes it anew' }
    : undefined;
}
