/** Whether a cluster has a release, and all of it is ready: what `truekeel status` shows, as one answer. */
import type { KubeClient } from '../../lib/kube/index.ts';
import { formatKey } from '../../lib/objects/index.ts';
import { planApplications } from '../../lib/plan/index.ts';
import type { OpenSecret } from '../../lib/sealed/index.ts';
import { type Desired, scopeOf } from './desired.ts';
import { readHealth } from './health.ts';

export interface ReleaseReadiness {
  readonly ready: boolean;
  /** For people: the first thing that is not as it shall be, and how many there are. */
  readonly why: string;
}

/** @throws KubeError, and what planning throws */
export async function releaseReadiness(
  client: KubeClient,
  desired: Desired,
  openSecret: OpenSecret,
): Promise<ReleaseReadiness> {
  const [plan, healths] = await Promise.all([
    planApplications({
      client,
      applications: desired.applications,
      scope: scopeOf(desired),
      options: { openSecret },
    }),
    readHealth(client, desired.applications),
  ]);
  const problems = [
    ...plan.errors.map(({ message }) => message),
    ...plan.changes.flatMap(({ key, action, hook }) => {
      const name = formatKey(key);
      if (action !== 'none') return [`${name} is not as the release has it`];
      const health = healths.get(name);
      if (health?.status === 'Current' || (!health && hook === 'has-run')) return [];
      return [`${name} is ${health ? `${health.status}: ${health.message}` : 'not there'}`];
    }),
  ];
  const [first, ...rest] = problems;
  if (first === undefined) return { ready: true, why: 'everything of it is ready' };
  return { ready: false, why: `${first}${rest.length > 0 ? `, and ${rest.length} more` : ''}` };
}
