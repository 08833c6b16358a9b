/** A plan: the ordered changes between a rendered commit and a cluster, as plain data. */

import type {
  DependencyEdge,
  DesiredObject,
  Digest,
  JsonValue,
  ObjectKey,
  SourceLocation,
  TruekeelError,
} from '../objects/index.ts';
import type { FieldPath } from './field-path.ts';
import type { HookRuns } from './hook-runs.ts';

/** What will be done with one object. `adopt`: it is there and nobody's, or another tool's, and becomes ours.
 * `detach`: it stays in the cluster and is no longer ours. `replace`: deleted and created anew. */
export type Action = 'create' | 'change' | 'replace' | 'delete' | 'adopt' | 'detach' | 'none';

/** One field that differs. The path is written like `spec.template.spec.containers[name=web].image`. */
export interface FieldChange {
  readonly path: string;
  /** Absent when the field is not there. Secrets arrive here already masked. */
  readonly before?: JsonValue;
  readonly after?: JsonValue;
  /** Who wrote the live value, when it was not us (from managedFields). */
  readonly manager?: string;
}

/** What a change will bring about beyond the write itself. */
export interface Effect {
  readonly kind: EffectKind;
  /** For people: `restarts 2 pods`. */
  readonly message: string;
}

export type EffectKind =
  | 'restarts-pods'
  | 'scales'
  | 'stops-pods'
  | 'replaces'
  | 'touches-data'
  /** Data that one might fear for stays. */
  | 'keeps-data'
  | 'removes-namespace'
  | 'removes-crd'
  | 'removes-crd-version'
  | 'moves-crd-storage'
  | 'widens-rbac'
  | 'exposes'
  | 'allows-disruption'
  | 'helm-release'
  | 'runs-hook';

/** A field that a controller holds with another value, and that we therefore leave alone (or take, when forced). */
export interface FieldConflict {
  readonly path: string;
  /** The same path as data. */
  readonly at: FieldPath;
  readonly manager: string;
  readonly resolution: 'yield' | 'force' | 'take-over';
}

/** Of a Secret that is sealed in Git. */
export interface PlannedSeal {
  /** Whether there was a key for it: if not, its values were not compared. */
  readonly opened: boolean;
  /** For whom it is sealed. */
  readonly recipients: readonly string[];
}

export interface PlannedChange {
  readonly application: string;
  readonly key: ObjectKey;
  readonly apiVersion: string;
  readonly action: Action;
  /** For people, short: `replicas 2 → 3, image 1.4`, `no longer in the program`, `drift: kubectl-edit changed spec.replicas`. */
  readonly because: string;
  readonly changes: readonly FieldChange[];
  readonly effects: readonly Effect[];
  readonly conflicts: readonly FieldConflict[];
  /** Managers whose fields become ours with the object: the tools that made it from a manifest. Only where it is adopted. */
  readonly takesFieldsOf?: readonly string[];
  /** For hooks: whether a run is to come about, or on record. `leaving`: it is no longer in the program. */
  readonly hook?: 'to-run' | 'has-run' | 'leaving';
  /** Absent where the object is not sealed, or did not have to be looked at. */
  readonly seal?: PlannedSeal;
  /** Absent for deletes and detaches. */
  readonly desired?: DesiredObject;
  /** Absent for creates. */
  readonly live?: {
    readonly uid: string;
    readonly resourceVersion: string;
    /** Somebody deletes it already. */
    readonly isBeingDeleted?: true;
  };
  readonly constructPath?: string;
  readonly source?: SourceLocation;
}

/** A refusal: what the plan would do and must not without a recorded approval. */
export interface GuardRefusal {
  readonly code: GuardCode;
  readonly application: string;
  readonly message: string;
  readonly keys: readonly ObjectKey[];
}

export type GuardCode = 'EMPTY_RENDER' | 'MISSING_APPLICATION' | 'TOO_MANY_DELETES' | 'PROTECTED_OBJECT';

/** A recorded permission to do what a guard refuses. */
export interface Approval {
  readonly code: GuardCode;
  /** Keys as `formatKey` writes them; all objects when absent. */
  readonly keys?: readonly string[];
  /** Who approves; absent: whoever the API server says that we are. */
  readonly by?: string;
}

/** A refusal, or the part of one, that an approval lets pass. */
export interface ApprovedRefusal extends GuardRefusal {
  readonly by?: string;
}

/** The record of what an application owns: a ConfigMap that is an ApplySet parent (KEP-3659). */
export interface PlannedInventory {
  readonly application: string;
  readonly namespace: string;
  readonly name: string;
  /** Value of `applyset.kubernetes.io/part-of` on every member. */
  readonly id: string;
  /** Every id that makes an object the application's own: this one, and those of its earlier inventories. */
  readonly ids: readonly string[];
  /** Absent when it is not there yet. */
  readonly live?: { readonly uid: string; readonly resourceVersion: string };
  /** It is not there any more, and objects that belong to it are: it has to be made anew, whatever else is to be done. */
  readonly isLost: boolean;
  /** What it says now: group kinds (`Deployment.apps`) and namespaces beside its own. */
  readonly recorded: InventoryScope;
  /** The record of approvals as it stands there. */
  readonly approvals: string | undefined;
  /** What it has to say before the first write: also what the plan deletes. */
  readonly intended: InventoryScope;
  /** What it has to say once the plan is carried out. */
  readonly target: InventoryScope;
  /** Inventories of the same application elsewhere, which have no members any more once the plan is carried out. */
  readonly superseded: readonly InventoryRef[];
  /** Runs of its hooks: what it says, and what it shall say. */
  readonly recordedRuns: HookRuns;
  readonly runs: HookRuns;
  /** The application is no longer desired: the inventory goes when its last member is gone. */
  readonly leaving: boolean;
}

/** A release of Helm that lists objects of ours. */
export interface PlannedHelmRelease {
  readonly namespace: string;
  readonly name: string;
  /** Whose objects they are. */
  readonly applications: readonly string[];
  /** `leave`: Helm keeps it, and may delete them. `take-over`: its records are put aside. */
  readonly resolution: 'leave' | 'take-over';
  /** Secrets in its namespace that are put aside. */
  readonly records: readonly { readonly name: string; readonly uid: string }[];
}

/** An inventory in the state in which it was seen. */
export interface InventoryRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
}

export interface InventoryScope {
  readonly kinds: readonly string[];
  readonly namespaces: readonly string[];
  /** Releases of Helm (`shop/web`) that list members, so that a later plan knows of them, too. */
  readonly releases?: readonly string[];
}

/** An edge that was found and is not waited for: together with what people declared, or with others that were found, it
 * would have closed a cycle. */
export interface DroppedEdge extends DependencyEdge {
  /** For people, by construct paths: `web/a → web/b → web/a`. */
  readonly circle: string;
}

export type ActionCounts = Readonly<Record<Action, number>>;

/** Digests of what decides the outcome beside the changes of single objects, to say where two plans differ. */
export interface PlanParts {
  /** What waits for what, how it is judged to be ready, and what follows when it fails. */
  readonly order: Digest;
  /** Which inventories are written, moved or removed, and what they say. */
  readonly inventories: Digest;
  /** What cannot be planned. */
  readonly unplanned: Digest;
}

export interface Plan {
  /** Digest over everything that decides the outcome: same inputs, same digest. */
  readonly digest: Digest;
  readonly parts: PlanParts;
  /** The empty string when what is applied belongs to no environment (`--files`). */
  readonly environment: string;
  /** Changes of every application, in the order of applications and keys. Unchanged objects (`none`) are among them; in
   * a plan from a live view only those that it looked at, or that something waits for. */
  readonly changes: readonly PlannedChange[];
  /** Of all objects, whether or not they are among the changes. */
  readonly counts: ActionCounts;
  /** Declared and found edges between the objects of the plan. */
  readonly edges: readonly DependencyEdge[];
  /** Found edges that are left out, because they would have closed a cycle. */
  readonly droppedEdges: readonly DroppedEdge[];
  /** What is known of the order of objects that are to be deleted: `from` waited for `to` when both were made. */
  readonly formerEdges: readonly Pick<DependencyEdge, 'from' | 'to'>[];
  readonly inventories: readonly PlannedInventory[];
  readonly helmReleases: readonly PlannedHelmRelease[];
  readonly refusals: readonly GuardRefusal[];
  /** What guards would have refused, were it not approved. */
  readonly approved: readonly ApprovedRefusal[];
  /** What could not be planned; the rest can still be applied. */
  readonly errors: readonly TruekeelError[];
}
