/** Health: an object comes in, its state goes out ({@link healthOf}, by kstatus' rules; {@link readinessOf}, for
 * waits), with the reason why a pod or workload does not get on ({@link explainPod}, {@link explainWorkload}) and what to try
 * ({@link hintFor}). Pure:
 * nothing is read but the object and, when given, the clock. Rules for further kinds are data
 * ({@link kindRule}) or CEL ({@link expressionRules}), handed over in `options.rules`. */

export { type RulesOf, rulesByApplication } from './application-rules.ts';
export { type Explanation, explainPod } from './explain-pod.ts';
export { explainWorkload } from './explain-workload.ts';
export { expressionProblems } from './expressions/check.ts';
export { expressionRules } from './expressions/rules.ts';
export { conditionsOf } from './fields.ts';
export { groupKind } from './group-kind.ts';
export type { Health, HealthRule, HealthRules, HealthStatus, RuleContext } from './health.ts';
export { type HealthOptions, healthOf, isSettled, readinessOf } from './health-of.ts';
export { hintFor, type Problem } from './hints.ts';
export { hookHealthOf } from './hook-health.ts';
export { podSelectorOf } from './pod-selector.ts';
export { type KindRule, kindRule, type Match } from './rules/kind-rule.ts';
export { type ExplainedPod, troubledPods } from './worst-pod.ts';
