/** What forges tell of, in one set of words. */
import type { ForgeKind, ForgeUser } from '../forge.ts';

export type ForgeEvent = EventBase &
  (
    | {
        readonly type: 'push';
        /** `refs/heads/main` */
        readonly ref: string;
        readonly before: string;
        /** Nothing but zeros when the ref was deleted. */
        readonly after: string;
        readonly deleted: boolean;
      }
    | {
        readonly type: 'pull-request';
        readonly action: 'opened' | 'updated' | 'closed' | 'merged' | 'reopened' | 'other';
        readonly number: number;
        /** Commit and branch that it brings. */
        readonly head: { readonly branch: string; readonly commit: string };
        readonly baseBranch: string;
      }
    | { readonly type: 'approval'; readonly number: number }
    | {
        readonly type: 'comment';
        readonly action: 'created' | 'edited' | 'deleted';
        readonly number: number;
        readonly commentId: string;
        readonly body: string;
      }
    | { readonly type: 'ping' }
    | { readonly type: 'other' }
  );

interface EventBase {
  readonly forge: ForgeKind;
  /** What the forge calls it. */
  readonly name: string;
  /** `owner/name`; absent where it is of no repository. */
  readonly repository?: string;
  /** Who did it. */
  readonly sender?: ForgeUser;
  /** Whether that is a program, as far as the forge says so. */
  readonly isByBot: boolean;
  /** Milliseconds since 1970, where the event says when. */
  readonly at?: number;
}

/** Users of apps on GitHub; those of access tokens of projects and groups on GitLab. */
export function isBotLogin(login: string): boolean {
  return login.endsWith('[bot]') || /^(?:project|group)_\d+_bot/.test(login);
}

/** The commit that a ref was moved to. */
export function movedTo(after: string): { readonly after: string; readonly deleted: boolean } {
  return { after, deleted: /^0+$/.test(after) };
}
