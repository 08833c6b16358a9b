import type { DesiredApplication } from '../objects/index.ts';
import { expressionRules } from './expressions/rules.ts';
import type { HealthRules } from './health.ts';

/** Finds the rules that an application brings along; without a name, those of all together, for what belongs to none. */
export type RulesOf = (application?: string) => HealthRules;

export function rulesByApplication(
  applications: Iterable<Pick<DesiredApplication, 'name' | 'health'>>,
): RulesOf {
  const byName = new Map<string, HealthRules>();
  for (const { name, health } of applications) if (health) byName.set(name, expressionRules(health));
  if (byName.size === 0) return () => NONE;
  const all: HealthRules = Object.assign({}, ...byName.values());
  return (application) => (application === undefined ? all : (byName.get(application) ?? NONE));
}

const NONE: HealthRules = {};
