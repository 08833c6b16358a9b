/** Plans and apply results in the shape of `results.ts`. */
import type { ApplyResult } from '../../lib/apply/index.ts';
import type { KubeClient } from '../../lib/kube/index.ts';
import { formatKey } from '../../lib/objects/index.ts';
import { formatRelease, outcomeDigest, type Plan, type PlannedChange } from '../../lib/plan/index.ts';
import type { Desired } from '../pipeline/desired.ts';
import type { ImageChange, WorkEntry } from '../review/index.ts';
import { errorResult } from './error-result.ts';
import { isWorthTelling } from './print-plan.ts';
import type { ResultOf } from './results.ts';

export function targetResult(desired: Desired, client: KubeClient) {
  return {
    ...(desired.environment !== undefined && { environment: desired.environment }),
    cluster: { server: client.server, context: client.context },
    ...(desired.rendered && {
      rendered: { commit: desired.rendered.commit, source: desired.rendered.source },
    }),
  };
}

export function planResult(
  plan: Plan,
  desired: Desired,
  client: KubeClient,
  durationMs: number,
): ResultOf<'plan'> {
  return {
    ...targetResult(desired, client),
    actions: plan.counts,
    changes: plan.changes.filter(isWorthTelling).map(changeResult),
    droppedEdges: plan.droppedEdges.map(({ from, to, until, circle }) => ({
      from: formatKey(from),
      to: formatKey(to),
      until,
      circle,
    })),
    refusals: plan.refusals.map((refusal) => ({ ...refusal, keys: refusal.keys.map(formatKey) })),
    helmReleases: plan.helmReleases.map((release) => ({
      release: formatRelease(release),
      applications: [...release.applications],
      resolution: release.resolution,
    })),
    errors: plan.errors.map((error) => errorResult(error)),
    planDigest: plan.digest,
    planParts: { ...plan.parts },
    requests: client.requests,
    durationMs,
  };
}

export function applyResult(
  result: ApplyResult,
  desired: Desired,
  client: KubeClient,
  durationMs: number,
): ResultOf<'apply'> {
  return {
    ...targetResult(desired, client),
    actions: result.actions,
    skipped: result.skipped.map(({ key, because }) => ({ key: formatKey(key), because })),
    approvals: result.approvals.map((approval) => ({ ...approval, keys: approval.keys.map(formatKey) })),
    errors: result.errors.map((error) => errorResult(error)),
    planDigest: result.planDigest,
    requests: client.requests,
    durationMs,
    interrupted: result.interrupted,
  };
}

export function changeResult(change: PlannedChange) {
  const { application, key, action, because, changes, effects, conflicts, constructPath, source } = change;
  const { seal, takesFieldsOf } = change;
  return {
    application,
    key: formatKey(key),
    action,
    because,
    changes: [...changes],
    effects: [...effects],
    conflicts: conflicts.map(({ path, manager, resolution }) => ({ path, manager, resolution })),
    ...(takesFieldsOf && { takesFieldsOf: [...takesFieldsOf] }),
    ...(seal && { seal: { opened: seal.opened, recipients: [...seal.recipients] } }),
    ...(action !== 'none' && { outcome: outcomeDigest(change) }),
    ...(constructPath !== undefined && { constructPath }),
    ...(source && { source }),
  };
}

export function imageResult({ before, after, objects, commits }: ImageChange) {
  return {
    before,
    after,
    objects: [...objects],
    ...(commits && { commits: { ...commits, commits: [...commits.commits] } }),
  };
}

export function workResult<Entry extends Pick<WorkEntry, 'authors' | 'applications'>>({
  authors,
  applications,
  ...entry
}: Entry) {
  return { ...entry, authors: [...authors], ...(applications && { applications: [...applications] }) };
}
