/** The desired state, as it travels from render (which makes it) by way of the rendered branch (which keeps
 * it) to plan and apply (which use it). */
import type { Digest } from './digest.ts';
import type { Gate } from './gate.ts';
import type { Hook } from './hook.ts';
import type { ObjectKey } from './key.ts';
import type { Notification } from './notification.ts';
import type { JsonValue, KubernetesObject } from './object.ts';
import type { PreviewSettings } from './preview.ts';
import type { Version } from './version.ts';

/** A place in the program, relative to the root of its repository. Lines and columns count from 1. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
}

/** What applies to one object; read from its `truekeel.dev/*` annotations, falling back to the application's settings. */
export interface ObjectSettings {
  readonly apply: 'always' | 'create-only' | 'recreate' | 'paused';
  readonly prune: 'allow' | 'protect' | 'detach';
  readonly conflicts: 'report' | 'force' | 'yield';
  readonly drift: 'correct' | 'report' | 'ignore';
  readonly wait: 'ready' | 'present' | 'none';
  /** How long it may take to get ready; as long as the run allows when absent. */
  readonly waitTimeoutMs?: number;
  /** How long it may stand still on its way there; likewise. */
  readonly noProgressTimeoutMs?: number;
}

export const DEFAULT_SETTINGS: ObjectSettings = {
  apply: 'always',
  prune: 'allow',
  conflicts: 'report',
  drift: 'correct',
  wait: 'ready',
};

/** How objects of one kind are judged: CEL expressions over the variable `object`, asked in the order of the members. */
export interface HealthExpressions {
  /** Empty for the core group. */
  readonly group: string;
  readonly kind: string;
  /** It stands still because somebody asked for that. */
  readonly paused?: string;
  /** It will not get ready unless somebody changes something. */
  readonly failed?: string;
  readonly inProgress?: string;
  /** It is as asked for. While nothing is true, it is in progress. */
  readonly current: string;
  /** A text for people. */
  readonly message?: string;
}

/** How many objects of an application may be deleted at once without somebody's recorded approval. */
export interface DeleteLimits {
  /** A whole number; 0: none. */
  readonly maxDeletes?: number;
  /** A share of the application's objects, 0 to 1; it does not count while few are deleted. */
  readonly maxDeleteShare?: number;
}

/** What an environment changed in an object, after its application had made it. */
export interface Overridden {
  /** The field: `spec.replicas`. */
  readonly path: string;
  readonly before: JsonValue;
  readonly after: JsonValue;
  /** Why, for people. */
  readonly reason: string;
}

/** One object as it shall be, without its content: enough to find out whether anything is to be done. */
export interface DesiredObject {
  readonly key: ObjectKey;
  readonly apiVersion: string;
  /** Digest of the rendered bytes of the object's file. */
  readonly digest: Digest;
  readonly settings: ObjectSettings;
  /** Path of the object's file below the rendered tree. */
  readonly path: string;
  /** Absent: it is no hook. */
  readonly hook?: Hook;
  /** Absent: it is no version of anything. */
  readonly version?: Version;
  /** Absent: it is as its application made it. */
  readonly overridden?: readonly Overridden[];
  readonly constructPath?: string;
  readonly source?: SourceLocation;
}

/** "from" has to wait until "to" is there, or is ready. */
export interface DependencyEdge {
  readonly from: ObjectKey;
  readonly to: ObjectKey;
  readonly until: 'present' | 'ready';
}

/** What an application says of itself for people; nothing depends on it. */
export interface AboutApplication {
  /** Who looks after it: teams, people. */
  readonly owners?: readonly string[];
  /** Where more about it is to be found. */
  readonly links?: readonly { readonly title: string; readonly url: string }[];
}

/** One application as it shall be: the unit of ownership. */
export interface DesiredApplication extends AboutApplication {
  readonly name: string;
  /** Applications that have to be ready before this one starts. */
  readonly dependsOn: readonly string[];
  /** Edges that people declared between objects; those found in the objects are added when planning. */
  readonly edges: readonly DependencyEdge[];
  /** How it has kinds judged that we do not know, or otherwise than we would; one rule a kind. */
  readonly health?: readonly HealthExpressions[];
  /** A release that fails in it is taken back; absent: people decide. */
  readonly onFailure?: 'roll-back';
  /** Absent: as usual. */
  readonly deleteLimits?: DeleteLimits;
  /** Who is told of what becomes of its objects. */
  readonly notifications?: readonly Notification[];
  readonly objects: readonly DesiredObject[];
  /** Reads the content of some of its objects, in the order asked for.
   * @throws TruekeelError `OBJECT_UNREADABLE` */
  load(objects: readonly DesiredObject[]): Promise<readonly KubernetesObject[]>;
}

/** An object with its content and bytes, as rendering makes it. */
export interface RenderedObject extends DesiredObject {
  readonly object: KubernetesObject;
  readonly yaml: string;
}

/** One application as rendering makes it. */
export interface RenderedApplication extends AboutApplication {
  readonly name: string;
  readonly dependsOn: readonly string[];
  readonly edges: readonly DependencyEdge[];
  readonly health?: readonly HealthExpressions[];
  readonly onFailure?: 'roll-back';
  readonly deleteLimits?: DeleteLimits;
  readonly notifications?: readonly Notification[];
  /** Of what is kept from a former run they are read, and made, when they are asked for.
   * @throws TruekeelError `CONTENT_LOST` */
  readonly objects: readonly RenderedObject[];
  /** What can be said of its objects without asking for them; present where applications are kept from run to run. */
  readonly output?: {
    /** Equal where all their texts are. */
    readonly digest: Digest;
    readonly objects: number;
    readonly isOverridden: boolean;
  };
}

/** Where an environment goes. All members absent: the current context of the kubeconfig. */
export interface ClusterTarget {
  /** The name of a context of the kubeconfig. */
  readonly context?: string;
  /** The URL that the API server must have, so that nothing is ever applied to the wrong cluster. */
  readonly server?: string;
}

/** By which policies an environment was judged when it was rendered, and what it was let pass. */
export interface PolicyRecord {
  /** In force, sorted by name. */
  readonly judgedBy: readonly { readonly name: string; readonly severity: 'error' | 'warning' }[];
  /** Those without which something would have been told. */
  readonly exceptions: readonly RecordedException[];
}

/** For what stands at its construct path and below. */
export interface RecordedException {
  readonly policy: string;
  readonly constructPath: string;
  readonly reason: string;
  /** `2027-01-31`: the last day. */
  readonly expires: string;
}

/** One environment as rendering makes it. */
export interface RenderedEnvironment {
  readonly name: string;
  /** What the environment belongs to: environments of one name in one cluster are told apart by it. */
  readonly project?: string;
  /** Branch it is written to: `rendered/<name>` unless the program says otherwise. */
  readonly branch: string;
  readonly cluster: ClusterTarget;
  readonly promotesFrom: readonly string[];
  /** What has to be so before a change passes on to it. */
  readonly gates?: readonly Gate[];
  /** How previews of it are made; none are when absent. */
  readonly previews?: PreviewSettings;
  /** Who is told of what becomes of its releases. */
  readonly notifications?: readonly Notification[];
  /** Absent where there are no policies. */
  readonly policies?: PolicyRecord;
  readonly applications: readonly RenderedApplication[];
}
