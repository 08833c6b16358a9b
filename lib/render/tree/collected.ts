/** What one walk of a construct tree finds, as plain JSON: it is made in the process that runs the user's
 * program and judged in the one that does not. */
import type {
  AboutApplication,
  ClusterTarget,
  DeleteLimits,
  Gate,
  HealthExpressions,
  KubernetesObject,
  Notification,
  ObjectSettings,
  Overridden,
  PreviewSettings,
  SourceLocation,
} from '../../objects/index.ts';

export interface Collected {
  readonly environments: readonly CollectedEnvironment[];
  readonly problems: readonly Problem[];
}

/** Something wrong in the program; becomes a TruekeelError of family `validation`. */
export interface Problem extends Place {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** Not wrong enough to be an error. */
  readonly isWarning?: boolean;
}

export interface Place {
  readonly constructPath?: string;
  readonly source?: SourceLocation;
}

export interface CollectedEnvironment extends Place {
  readonly name: string;
  /** Made by the program as an `Environment`; otherwise the one that charts of plain cdk8s fall into. */
  readonly declared: boolean;
  /** The name that the App gives to the project. */
  readonly project?: string;
  readonly branch?: string;
  readonly cluster: ClusterTarget;
  readonly promotesFrom: readonly string[];
  readonly gates?: readonly Gate[];
  readonly previews?: PreviewSettings;
  readonly notifications?: readonly Notification[];
  readonly kubernetesVersion?: string;
  readonly refuseUnknownKinds?: boolean;
  readonly health?: readonly HealthExpressions[];
  readonly onFailure?: string;
  readonly deleteLimits?: DeleteLimits;
  readonly policies?: readonly CollectedPolicy[];
  /** What the program's own policies found. */
  readonly findings?: readonly CollectedFinding[];
  readonly exceptions?: readonly CollectedException[];
  readonly applications: readonly CollectedApplication[];
}

export interface CollectedPolicy {
  readonly name: string;
  /** `error`, `warning` or `off`; absent: as the rule has it. */
  readonly severity?: string;
  /** One of the rules that Truekeel brings along. */
  readonly isStarter: boolean;
  /** One that the program read: a ValidatingAdmissionPolicy, which is carried out outside of it. */
  readonly admission?: CollectedAdmission;
}

export interface CollectedAdmission {
  /** With its bindings. */
  readonly policy: unknown;
  /** What it may take parameters from, besides the objects of the program. */
  readonly parameters: readonly KubernetesObject[];
}

export interface CollectedFinding {
  readonly policy: string;
  readonly application: string;
  /** Of the object; absent where it is about the application. */
  readonly constructPath?: string;
  readonly message: string;
  readonly field?: string;
  readonly hint?: string;
  /** Where it is not that of the policy. */
  readonly severity?: string;
}

/** For what stands at its construct path and below. */
export interface CollectedException extends Place {
  readonly policy: string;
  readonly reason: string;
  /** `2027-01-31`: the last day. */
  readonly expires: string;
}

export interface CollectedApplication extends Place, AboutApplication {
  readonly name: string;
  readonly settings: Partial<ObjectSettings>;
  readonly health?: readonly HealthExpressions[];
  readonly onFailure?: string;
  readonly deleteLimits?: DeleteLimits;
  readonly notifications?: readonly Notification[];
  readonly dependsOn: readonly string[];
  readonly objects: readonly CollectedObject[];
  /** Pairs of indexes into `objects`: the first waits until the second is ready. */
  readonly edges: readonly (readonly [number, number])[];
  /** It was not made, as whoever runs the program has its objects and edges from a former run. */
  readonly isKept?: true;
}

export interface CollectedObject extends Place {
  /** As the program made it: JSON, but whether it is a Kubernetes object is not known yet. */
  readonly object: KubernetesObject;
  /** What its environment changed in it. */
  readonly overridden?: readonly Overridden[];
}
