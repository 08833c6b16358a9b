/** Which environments come before which. */
import { type RenderedEnvironment, TruekeelError } from '../objects/index.ts';

export type PromotedEnvironment = Pick<RenderedEnvironment, 'name' | 'promotesFrom' | 'gates'>;

/** Whether an environment moves by promotion only, unless somebody names it: what has gates is not to be got past by the way. */
export function movesByPromotion({
  promotesFrom,
  gates = [],
}: Pick<PromotedEnvironment, 'promotesFrom' | 'gates'>): boolean {
  return promotesFrom.length > 0 && gates.length > 0;
}

/** All environments, each after those that it promotes from; in the order that they came in where that says nothing.
 * @throws TruekeelError `PROMOTION_CYCLE` */
export function inPromotionOrder<E extends PromotedEnvironment>(environments: readonly E[]): readonly E[] {
  const byName = new Map(environments.map((environment) => [environment.name, environment]));
  const placed = new Set<string>();
  const ordered: E[] = [];
  const place = (environment: E, path: readonly string[]): void => {
    if (placed.has(environment.name)) return;
    if (path.includes(environment.name)) throw cycle([...path, environment.name]);
    for (const name of environment.promotesFrom) {
      const upstream = byName.get(name);
      if (upstream) place(upstream, [...path, environment.name]);
    }
    placed.add(environment.name);
    ordered.push(environment);
  };
  for (const environment of environments) place(environment, []);
  return ordered;
}

/** The names of all environments that a change passes before it gets to one, near and far. */
export function upstreamOf(environments: readonly PromotedEnvironment[], name: string): ReadonlySet<string> {
  const byName = new Map(environments.map((environment) => [environment.name, environment]));
  const found = new Set<string>();
  const follow = (of: string): void => {
    for (const upstream of byName.get(of)?.promotesFrom ?? []) {
      if (found.has(upstream)) continue;
      found.add(upstream);
      follow(upstream);
    }
  };
  follow(name);
  return found;
}

function cycle(path: readonly string[]): TruekeelError {
  const round = path.slice(path.indexOf(path.at(-1)!));
  return new TruekeelError(`environments promote from each other in a circle: ${round.join(' ← ')}`, {
    code: 'PROMOTION_CYCLE',
    family: 'validation',
    hint: 'Take one of them out of promotesFrom: a change has to begin somewhere.',
  });
}
