/** Tells those whom a release names what became of it: what the command line and the agent share. */
import type { KubeClient } from '../../lib/kube/index.ts';
import {
  type ApplicationNews,
  type NotifyRequest,
  notify,
  type ReleasedWork,
  type Undelivered,
} from '../../lib/notify/index.ts';
import type { Desired } from './desired.ts';

/** How a release went, for who did it. */
export type ReleaseOutcome = 'applied' | 'failed' | 'refused';

export interface Announcement {
  readonly client: KubeClient;
  readonly desired: Desired;
  readonly outcome: ReleaseOutcome;
  readonly applications: readonly ApplicationNews[];
  /** Finds out what the release brought; asked where somebody is told. */
  readonly work?: (() => Promise<ReleasedWork | undefined>) | undefined;
  readonly signal: AbortSignal;
  readonly post?: NotifyRequest['post'];
}

/** @returns what was not delivered; never throws. Where nobody is named, nothing is done */
export async function announce(announcement: Announcement): Promise<readonly Undelivered[]> {
  const { client, desired, outcome, applications, signal, post } = announcement;
  const { environment, notifications, project, rendered } = desired;
  if (environment === undefined || !notifications || !rendered) return [];
  const { commit, source, subject, reverts } = rendered;
  const work = outcome === 'refused' ? undefined : await workOf(announcement);
  return notify({
    client,
    notifications,
    applications: desired.applications,
    news: {
      event: outcome === 'applied' && reverts !== undefined ? 'rolled-back' : outcome,
      environment,
      ...(project !== undefined && { project }),
      rendered: commit,
      source,
      subject,
      cluster: client.server,
      applications,
      ...(work && { work }),
    },
    signal,
    ...(post && { post }),
  });
}

async function workOf({ desired, work }: Announcement): Promise<ReleasedWork | undefined> {
  const isTold = [desired, ...desired.applications].some(
    ({ notifications = [] }) => notifications.length > 0,
  );
  if (!isTold) return undefined;
  try {
    return await work?.();
  } catch {
    // News without it is news.
    return undefined;
  }
}
