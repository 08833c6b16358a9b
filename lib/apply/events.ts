/** What happens while a plan is applied, as a stream that printer, log, agent and console all read. */

import type { RequestCounts } from '../kube/index.ts';
import type { ObjectKey, ObjectMetadata, TruekeelError } from '../objects/index.ts';
import type { Action, ActionCounts, DroppedEdge, FieldConflict } from '../plan/index.ts';
import type { RecordedApproval } from './approvals.ts';

export type ApplyEvent =
  | { readonly type: 'started'; readonly total: number }
  /** An edge that was found and is not kept, since it would close a circle. */
  | { readonly type: 'edge-dropped'; readonly edge: DroppedEdge }
  /** Something that a guard refused was approved; told before anything of it is done. */
  | { readonly type: 'approved'; readonly approval: RecordedApproval }
  /** The write begins. */
  | {
      readonly type: 'writing';
      readonly application: string;
      readonly key: ObjectKey;
      readonly action: Action;
    }
  | {
      readonly type: 'written';
      readonly application: string;
      readonly key: ObjectKey;
      readonly action: Action;
      readonly durationMs: number;
      /** The object as the server answered; absent for deletes. What watches it tells its own write by this. */
      readonly live?: ObjectMetadata;
    }
  /** A field in dispute, and what became of it: nothing is taken from others, or left to them, in silence. */
  | { readonly type: 'conflict'; readonly key: ObjectKey; readonly conflict: FieldConflict }
  /** Written, or deleted, or needed by others, and not ready or gone yet; sent again whenever the reason changes. Ends
   * with `ready`, `gone` or `failed`. */
  | { readonly type: 'waiting'; readonly key: ObjectKey; readonly reason: string }
  | { readonly type: 'ready'; readonly key: ObjectKey; readonly durationMs: number }
  /** Deleted, and no longer there; told when somebody waited for it. */
  | { readonly type: 'gone'; readonly key: ObjectKey; readonly durationMs: number }
  | { readonly type: 'failed'; readonly key: ObjectKey; readonly error: TruekeelError }
  /** Not tried, because something it depends on failed, or the run was stopped. */
  | { readonly type: 'skipped'; readonly key: ObjectKey; readonly because: string }
  | { readonly type: 'finished'; readonly result: ApplyResult };

export interface ApplyResult {
  /** What was done: counts of completed actions. */
  readonly actions: ActionCounts;
  readonly errors: readonly TruekeelError[];
  readonly skipped: readonly { readonly key: ObjectKey; readonly because: string }[];
  /** What guards refused, and who let it pass. */
  readonly approvals: readonly RecordedApproval[];
  readonly requests: RequestCounts;
  readonly planDigest: string;
  readonly durationMs: number;
  /** True when the run was stopped from outside (Ctrl-C) before everything was done. */
  readonly interrupted: boolean;
}
