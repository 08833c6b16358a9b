/** The half of rendering that runs where the program runs: from a construct tree to plain JSON. A door of its own,
 * as the process of a program loads it before anything else and nothing beside it. */
export { type CollectOptions, collect, DEFAULT_ENVIRONMENT } from './collect.ts';
export type {
  Collected,
  CollectedAdmission,
  CollectedApplication,
  CollectedEnvironment,
  CollectedException,
  CollectedFinding,
  CollectedObject,
  CollectedPolicy,
  Place,
  Problem,
} from './collected.ts';
export {
  COPY_TAG,
  type ContentKeeper,
  type ContentRequest,
  fillContent,
  isCopy,
  keepContent,
} from './content.ts';
export { formatFieldPath } from './field-path.ts';
export {
  type ChartAnswer,
  type ChartObject,
  type ChartRenderer,
  type ChartRequest,
  chartRenderer,
  HANDOVER_VARIABLE,
  type HandedOver,
  handOver,
  receiveCharts,
  receiveTrees,
  type TreeReceiver,
} from './handover.ts';
export { type ValueProblem, valueProblems } from './json-values.ts';
export {
  type ApplicationMark,
  addProblem,
  applicationMark,
  type EnvironmentMark,
  environmentMark,
  markApplication,
  markEnvironment,
  markGenerated,
  markPlaced,
  markProject,
} from './marks.ts';
export type { OverrideMark } from './overrides.ts';
export {
  type ExceptionMark,
  hasOwnPolicies,
  markException,
  markPolicies,
  type PolicyMark,
  type PolicySubject,
} from './policies.ts';
export { programFile, recordSources, type SourceOf } from './source-recorder.ts';
