import { counted, type Digest, type TruekeelError } from '../../lib/objects/index.ts';
import type { ActionCounts, GuardRefusal, PlannedChange } from '../../lib/plan/index.ts';
import type { ImageChange } from './images.ts';

export interface Review {
  /** What it is to be merged into. */
  readonly base: string;
  /** What was looked at: the head, or the outcome of merging it into the base. */
  readonly head: string;
  /** In the order of the program. */
  readonly environments: readonly EnvironmentReview[];
  /** Those of the base that the head does not have. Nobody renders them any more, and nothing of them is deleted. */
  readonly dropped: readonly Pick<EnvironmentReview, 'name' | 'branch'>[];
  /** Why the head does not render; then there are no environments. */
  readonly errors: readonly TruekeelError[];
  /** What policies and checks say that they did not say of the base. */
  readonly newWarnings: readonly TruekeelError[];
  /** How many they said of the base, too. */
  readonly knownWarnings: number;
}

export interface EnvironmentReview {
  readonly name: string;
  readonly branch: string;
  /** What it was planned against; otherwise why no cluster was asked, and whether an embedded one with what the base renders
   * was. Without that, both were compared. */
  readonly against:
    | { readonly server: string; readonly context: string; readonly snapshot?: ReviewedSnapshot }
    | { readonly why: string; readonly isEmbedded: boolean };
  /** What approving it approves: the plan, or where there is none what was rendered. */
  readonly approves: { readonly kind: 'plan' | 'rendered'; readonly digest: Digest };
  readonly counts: ActionCounts;
  /** Without objects of which there is nothing to tell. */
  readonly changes: readonly PlannedChange[];
  readonly images: readonly ImageChange[];
  /** What people did since its newest release, the change included; absent where that is not known. */
  readonly work?: AwaitedWork;
  readonly refusals: readonly GuardRefusal[];
  /** What could not be planned. */
  readonly errors: readonly TruekeelError[];
}

export interface AwaitedWork {
  /** Source commit of the newest release. */
  readonly since: string;
  /** Newest first: a pull request each, or a commit that came without one. */
  readonly entries: readonly WorkEntry[];
}

export interface WorkEntry {
  readonly commit: string;
  readonly description: string;
  readonly breaking: boolean;
  readonly pullRequest?: number;
  /** Names. */
  readonly authors: readonly string[];
  /** How many commits it stands for. */
  readonly commits: number;
  /** Applications that change in a file that it touched; absent where there is none. */
  readonly applications?: readonly string[];
}

/** What a cluster held once, which was asked in its place. */
export interface ReviewedSnapshot {
  /** Milliseconds since 1970. */
  readonly takenAt: number;
  /** Milliseconds, when it was planned. */
  readonly ageMs: number;
  /** What a plan against it cannot know, a sentence each. */
  readonly cautions: readonly string[];
}

/** What was planned against, for people, when it was no cluster. */
export function snapshotText({ takenAt }: Pick<ReviewedSnapshot, 'takenAt'>, now: number): string {
  const taken = `${new Date(takenAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `A snapshot of ${taken}, ${ageText(now - takenAt)} old: what happened in the cluster since is not in it`;
}

function ageText(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 120) return counted(minutes, 'minute');
  const hours = Math.round(minutes / 60);
  return hours < 48 ? counted(hours, 'hour') : counted(Math.round(hours / 24), 'day');
}

/** How an environment was looked at where no cluster was asked, for people. */
export function unaskedText({ isEmbedded }: { readonly isEmbedded: boolean }): string {
  const how = isEmbedded
    ? 'Planned against what the base renders, in an embedded cluster'
    : 'Compared with what the base renders';
  return `${how}, since no cluster was asked`;
}

/** Whether anything would be done. */
export function isPending({ changes }: Pick<EnvironmentReview, 'changes'>): boolean {
  return changes.some(({ action }) => action !== 'none');
}
