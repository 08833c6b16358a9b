/** For tests of programs: a construct tree, or the path of a program, comes in; out comes what it renders, plans
 * against an embedded cluster, and verdicts. Runs in the process of the test, and needs no test runner; the matchers for
 * vitest are in `truekeel/testing/matchers`, arbitraries for fast-check in `truekeel/testing/arbitraries`. Import it
 * before the program makes its constructs, or nothing knows where they were made. */
export {
  apply,
  type ClusterApplyOptions,
  type ClusterPlanOptions,
  type PlanTestOptions,
  plan,
  startTestCluster,
  TestCluster,
  type TestedPlan,
} from './cluster.ts';
export { deterministic } from './deterministic.ts';
export { everyEnvironment } from './every-environment.ts';
export { type RenderProgramOptions, render } from './render.ts';
export { Rendered } from './rendered.ts';
