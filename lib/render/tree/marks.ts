/** How environments and applications make themselves known to rendering, which imports no construct of ours.
 * The marks sit behind registered symbols, so that they are found in whatever copy of Truekeel made them. */
import type { IConstruct } from 'constructs';
import type {
  AboutApplication,
  ClusterTarget,
  DeleteLimits,
  Gate,
  HealthExpressions,
  Notification,
  ObjectSettings,
  PreviewSettings,
} from '../../objects/index.ts';
import type { Problem } from './collected.ts';
import type { OverrideMark } from './overrides.ts';

export interface EnvironmentMark {
  readonly name: string;
  readonly branch?: string;
  readonly cluster: ClusterTarget;
  readonly promotesFrom: readonly string[];
  /** What has to be so before a change passes on to it. */
  readonly gates?: readonly Gate[];
  /** How previews of it are made; none are when absent. */
  readonly previews?: PreviewSettings;
  /** Who is told of what becomes of its releases. */
  readonly notifications?: readonly Notification[];
  /** Of its cluster: `1.33`. */
  readonly kubernetesVersion?: string;
  /** Whether kinds are refused that nothing describes. */
  readonly refuseUnknownKinds?: boolean;
  /** Rules for kinds of all its applications. */
  readonly health?: readonly HealthExpressions[];
  /** What is done when a release fails; `stop` or `roll-back`. */
  readonly onFailure?: string;
  /** How many of the objects of an application may be deleted at once without an approval. */
  readonly deleteLimits?: DeleteLimits;
  /** What it changes in the objects of its applications. */
  readonly overrides?: readonly OverrideMark[];
}

export interface ApplicationMark extends AboutApplication {
  readonly settings: Partial<ObjectSettings>;
  readonly health?: readonly HealthExpressions[];
  /** As its environment when absent. */
  readonly onFailure?: string;
  /** What it leaves out is as in its environment. */
  readonly deleteLimits?: DeleteLimits;
  /** Who is told of what becomes of its objects. */
  readonly notifications?: readonly Notification[];
}

const ENVIRONMENT = Symbol.for('truekeel.dev/Environment');
const PROJECT = Symbol.for('truekeel.dev/Project');
const APPLICATION = Symbol.for('truekeel.dev/Application');
const PROBLEMS = Symbol.for('truekeel.dev/Problems');
const PLACED = Symbol.for('truekeel.dev/Placed');
const GENERATED = Symbol.for('truekeel.dev/Generated');
const CHART = Symbol.for('cdk8s.Chart');
const API_OBJECT = Symbol.for('cdk8s.ApiObject');

/** On the root: the name of the project. */
export function markProject(root: IConstruct, project: string): void {
  Object.defineProperty(root, PROJECT, { value: project });
}

export function projectMark(root: IConstruct): string | undefined {
  return (root as { [PROJECT]?: string })[PROJECT];
}

export function markEnvironment(construct: IConstruct, mark: EnvironmentMark): void {
  Object.defineProperty(construct, ENVIRONMENT, { value: mark });
}

export function markApplication(construct: IConstruct, mark: ApplicationMark): void {
  Object.defineProperty(construct, APPLICATION, { value: mark });
}

export function environmentMark(construct: IConstruct): EnvironmentMark | undefined {
  return (construct as { [ENVIRONMENT]?: EnvironmentMark })[ENVIRONMENT];
}

export function applicationMark(construct: IConstruct): ApplicationMark | undefined {
  return (construct as { [APPLICATION]?: ApplicationMark })[APPLICATION];
}

/** What a construct found wrong while the program ran: told with everything else, when it is rendered. */
export type FoundProblem = Pick<Problem, 'code' | 'message' | 'hint' | 'isWarning'>;

export function addProblem(construct: IConstruct, problem: FoundProblem): void {
  const known = problemMarks(construct);
  // Asked for twice, it is still one thing to mend.
  if (known.some(({ message }) => message === problem.message)) return;
  Object.defineProperty(construct, PROBLEMS, { value: [...known, problem], configurable: true });
}

export function problemMarks(construct: IConstruct): readonly FoundProblem[] {
  return (construct as { [PROBLEMS]?: readonly FoundProblem[] })[PROBLEMS] ?? [];
}

/** On a class: its constructs are made in a file that nobody wrote, so their place is where they are asked for.
 * @param prototype of the class */
export function markGenerated(prototype: IConstruct): void {
  Object.defineProperty(prototype, GENERATED, { value: true });
}

export function isGenerated(construct: IConstruct): boolean {
  return GENERATED in construct;
}

/** On a class whose constructs are no API objects: problems with them have a place of their own all the same.
 * @param prototype of the class */
export function markPlaced(prototype: IConstruct): void {
  Object.defineProperty(prototype, PLACED, { value: true });
}

export function isPlaced(construct: IConstruct): boolean {
  return PLACED in construct;
}

/** cdk8s marks its charts and API objects in the same way. */
export function isChart(construct: IConstruct): boolean {
  return CHART in construct;
}

/** What rendering needs of cdk8s' ApiObject. */
export interface ApiObjectLike extends IConstruct {
  toJson(): unknown;
}

export function isApiObject(construct: IConstruct): construct is ApiObjectLike {
  return API_OBJECT in construct;
}
