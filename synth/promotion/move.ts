import {
  type CommitOptions,
  commitRendered,
  notePromotion,
  type PromotionNote,
} from '../../lib/branch/index.ts';
import type { Oid } from '../../lib/git/index.ts';
import type { RenderedEnvironment } from '../../lib/objects/index.ts';
import type { Bundle, Promotion } from './promotion.ts';
import type { Standing } from './pull-requests.ts';
import type { Run } from './run.ts';

/** Notes what let it pass, and moves the rendered branch: whoever sees the branch move finds the plan that it is held to. */
export async function moveTo(
  { repository, request }: Run,
  step: {
    readonly rendered: RenderedEnvironment;
    readonly options: CommitOptions & { readonly only: Oid };
    readonly result: Omit<Promotion, 'state' | 'why'> & { readonly bundle: Bundle };
    readonly standing: Standing | undefined;
  },
): Promise<Promotion> {
  const { rendered, options, result, standing } = step;
  const { bundle, gates, pullRequest } = result;
  const note: PromotionNote = {
    environment: rendered.name,
    source: bundle.source,
    from: [...bundle.from],
    gates: gates.map(({ gate, why }) => ({ type: gate.type, why })),
    approvedBy: (standing?.approvedBy ?? []).map(({ login }) => login),
    ...(standing?.plan !== undefined && { plan: standing.plan }),
    ...(pullRequest && { pullRequest: pullRequest.url }),
    at: new Date(request.now()).toISOString(),
  };
  await notePromotion(repository, options.only, note, request);
  const { commit } = await commitRendered(repository, rendered, options);
  return { ...result, state: 'promoted', why: `${rendered.branch} has ${commit.slice(0, 12)} now` };
}
