import { branchTip, type RenderedRelease, readRendered } from '../../lib/branch/index.ts';
import type { RenderedEnvironment } from '../../lib/objects/index.ts';
import { environmentCalled, type Run } from './run.ts';
import type { Upstream } from './upstreams.ts';

/** What an environment has, and what there is upstream. */
export interface Situation {
  readonly environment: RenderedEnvironment;
  readonly release: RenderedRelease | undefined;
  /** In the order in which it names them. */
  readonly upstreams: readonly Upstream[];
}

export async function situationOf(run: Run, environment: RenderedEnvironment): Promise<Situation> {
  const { repository, request } = run;
  const tip = await branchTip(repository, environment, request);
  const release = tip && (await readRendered(repository, environment, { revision: tip }));
  const upstreams: Upstream[] = [];
  for (const name of environment.promotesFrom)
    upstreams.push(await run.upstreams.of(environmentCalled(run, name)));
  return { environment, release, upstreams };
}

/** As every promotion tells of it. */
export function summary({ environment, release, upstreams }: Situation) {
  return {
    environment: environment.name,
    branch: environment.branch,
    upstreams: upstreams.map((upstream) => upstream.summary),
    ...(release && { current: { rendered: release.commit, source: release.source.commit } }),
    ...(release?.hold && { hold: release.hold }),
  };
}
