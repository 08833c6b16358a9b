/** Health: an object comes in, its state goes out ({@link healthOf}, by kstatus' rules; {@link readinessOf}, for
 * waits), with the reason why a pod or workload does not get on ({@link explainPod}, {@link explainWorkload}). Pure:
 * nothing is read but the object and, when given, the clock. Rules for further kinds are data
 * ({@link kindRule}, `options.rules`). */
export { type Explanation, explainPod } from './explain-pod.ts';
export { explainWorkload } from './explain-workload.ts';
export type { Health, HealthRule, HealthRules, HealthStatus, RuleContext } from './health.ts';
export { groupKind, type HealthOptions, healthOf, isSettled, readinessOf } from './health-of.ts';
export { type KindRule, kindRule, type Match } from './rules/kind-rule.ts';
