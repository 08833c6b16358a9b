/** What becomes of the source commit that was chosen: it is rendered, the gates are asked, it is proposed, and where all agree the
 * branch is moved. */
import { type CommitOptions, commitRendered, proposeRendered } from '../../lib/branch/index.ts';
import { asOid, type Oid } from '../../lib/git/index.ts';
import type { Candidate, PassedOver } from '../../lib/promotion/index.ts';
import { withCommits } from '../review/index.ts';
import { version } from '../version.ts';
import { bundleOf } from './bundle.ts';
import { askGates } from './gates.ts';
import { changedImages } from './images.ts';
import { moveTo } from './move.ts';
import { planAnew } from './plan-anew.ts';
import type { Bundle, Promotion, PromotionRequest } from './promotion.ts';
import type { Standing } from './pull-requests.ts';
import { pullRequestsOf, type Run } from './run.ts';
import { type Situation, summary } from './situation.ts';

export async function consider(
  run: Run,
  situation: Situation,
  candidate: Candidate,
  passedOver: readonly PassedOver[],
): Promise<Promotion> {
  const { repository, request } = run;
  const { environment, release } = situation;
  // Names of commits come from Git.
  const source = candidate.source as Oid;
  const bundle = await bundleOf(run, situation, candidate);
  const about = { ...summary(situation), passedOver, bundle };
  if (candidate.state === 'waiting') {
    const gates = await askGates(run, situation, candidate);
    return { ...about, state: 'waiting', why: gates[0]!.why, gates };
  }
  const render = await run.renders.of(repository, source, request);
  const rendered = render.environments.find(({ name }) => name === environment.name);
  if (!rendered) {
    const why = `source commit ${source.slice(0, 12)} does not have it`;
    return { ...about, state: 'waiting', why, gates: [] };
  }
  const pullRequests = pullRequestsOf(run, environment);
  const { moves } = request;
  const options = commitOptions(request, bundle, await pullRequests?.proposed());
  const proposed = await proposeRendered(repository, rendered, options);
  if (proposed.state === 'same') {
    if (moves !== 'never') await commitRendered(repository, rendered, options);
    if (request.keeps !== false) await pullRequests?.close();
    const why = 'it changes nothing here';
    return { ...about, state: moves === 'never' ? 'open' : 'unchanged', why, gates: [] };
  }
  // A hold without a pin was told before; somebody was faster.
  if (proposed.state === 'held')
    return { ...about, state: 'held', why: `held by ${proposed.hold.by}`, gates: [] };

  const changed = await changedImages(release, rendered);
  const images = release
    ? await withCommits(repository, changed, {
        before: asOid(release.source.commit),
        after: source,
        program: request.program,
      })
    : changed;
  const whole: Bundle = { ...bundle, rendered: proposed.commit, files: proposed.files, images };
  const found = await pullRequests?.standing(proposed.commit, proposed.tip);
  const standing = found && (await planAnew(run, situation, proposed.commit, found));
  const gates = await askGates(run, situation, candidate, {
    render,
    ...(standing && { approvals: standing.approvedBy }),
  });
  const pending =
    gates.find(({ state }) => state === 'failed') ?? gates.find(({ state }) => state !== 'passed');
  const missing = missingFor(moves, standing);
  // The first release has nothing to be compared with, and what passes at once needs nobody to look at it.
  const isToldOf =
    proposed.tip !== undefined && (pending || missing !== undefined || standing?.pullRequest !== undefined);
  const told =
    isToldOf && pullRequests && request.keeps !== false
      ? await pullRequests.propose(proposed.commit, { ...about, bundle: whole, gates, pending, moves })
      : undefined;
  const result = { ...about, bundle: whole, gates, ...(told && { pullRequest: told }) };
  if (pending) {
    const why = `${pending.gate.type}: ${pending.why}`;
    return { ...result, state: pending.state === 'failed' ? 'refused' : 'waiting', why };
  }
  if (missing !== undefined) return { ...result, state: 'open', why: missing };
  return moveTo(run, { rendered, options: { ...options, only: proposed.commit }, result, standing });
}

const OUTDATED = 'what its review says now, which is not what it said when it was approved';

/** @param reuse the commit that was proposed before: where it holds the same, it is not made again */
function commitOptions(
  { sign, remote, program, signal }: PromotionRequest,
  { source, from }: Bundle,
  reuse: Oid | undefined,
): CommitOptions {
  return {
    sourceCommit: source as Oid,
    program,
    versions: { truekeel: version() },
    promotedFrom: from.map((one) => ({ ...one, rendered: one.rendered as Oid })),
    signal,
    ...(sign && { sign }),
    ...(remote !== undefined && { remote }),
    ...(reuse && { reuse }),
  };
}

/** @returns why it does not move though all gates have passed; undefined when it does */
function missingFor(moves: PromotionRequest['moves'], standing: Standing | undefined): string | undefined {
  switch (moves) {
    case 'when-passed':
    case 'when-asked':
      return undefined;
    case 'when-approved':
      if (standing?.isApproved) return undefined;
      return `all gates have passed, and nobody has approved ${standing?.outdatedBy?.length ? OUTDATED : 'it yet'}`;
    case 'never':
      return 'all gates have passed';
  }
}
