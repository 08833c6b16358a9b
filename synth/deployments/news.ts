/** How far a release is, in the words of a forge: names and codes, and nothing that objects hold. */
import type { DeploymentState, NewCommitStatus } from '../../lib/forge/index.ts';
import type { ProblemNews } from '../../lib/notify/index.ts';
import type { Desired } from '../pipeline/desired.ts';

export type Progress =
  /** All of it is written. `waitsFor`: what is not ready yet, where somebody looks. */
  | { readonly state: 'applied'; readonly waitsFor?: string }
  | { readonly state: 'ready' }
  | { readonly state: 'failed'; readonly problems: readonly ProblemNews[] }
  /** Nothing was written: because of a guard, or because something else was approved. */
  | { readonly state: 'refused'; readonly code: string };

export interface DeploymentNews {
  readonly environment: string;
  /** The source commit. */
  readonly commit: string;
  readonly progress: Progress;
}

/** @returns undefined where no source commit says what was released: files, and work trees with changes of their own */
export function deploymentNews(
  { environment, rendered }: Desired,
  progress: Progress,
): DeploymentNews | undefined {
  if (environment === undefined || !rendered || rendered.isDirty) return undefined;
  return { environment, commit: rendered.source, progress };
}

/** The status of a deployment. Reviews have `truekeel/<environment>`, and what counts as an approval is read from those
 * only; names of environments have no "/". */
export function deploymentContext(environment: string): string {
  return `truekeel/${environment}/deployment`;
}

/** Begins with a state, as no approval does. The same progress is always told alike, so that telling it again is no news. */
export function progressText(progress: Progress): string {
  switch (progress.state) {
    case 'applied':
      return progress.waitsFor === undefined ? 'applied' : `applied: waiting for ${progress.waitsFor}`;
    case 'ready':
      return 'ready';
    case 'failed':
      return `failed: ${problemText(progress.problems)}`;
    case 'refused':
      return `refused: ${progress.code}`;
  }
}

function problemText([first, ...more]: readonly ProblemNews[]): string {
  if (!first) return 'no reason was given';
  const what = first.key === undefined ? first.code : `${first.code} ${first.key}`;
  return more.length === 0 ? what : `${what} and ${more.length} more`;
}

export function deploymentStatus(
  { environment, progress }: DeploymentNews,
  url: string | undefined,
): NewCommitStatus {
  const state = deploymentState(progress);
  return {
    context: deploymentContext(environment),
    state: state === 'running' ? 'pending' : state,
    description: progressText(progress),
    ...(url !== undefined && { url }),
  };
}

export function deploymentState(progress: Progress): DeploymentState {
  switch (progress.state) {
    case 'applied':
      return progress.waitsFor === undefined ? 'success' : 'running';
    case 'ready':
      return 'success';
    case 'failed':
    case 'refused':
      return 'failure';
  }
}
