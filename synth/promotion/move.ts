import { type CommitOptions, commitRendered, notePromotion } from '../../lib/branch/index.ts';
import type { RenderedEnvironment } from '../../lib/objects/index.ts';
import type { Bundle, Promotion } from './promotion.ts';
import type { Standing } from './pull-requests.ts';
import type { Run } from './run.ts';

/** Moves the rendered branch, and notes what let it pass. */
export async function moveTo(
  { repository, request }: Run,
  step: {
    readonly rendered: RenderedEnvironment;
    readonly options: CommitOptions;
    readonly result: Omit<Promotion, 'state' | 'why'> & { readonly bundle: Bundle };
    readonly standing: Standing | undefined;
  },
): Promise<Promotion> {
  const { rendered, options, result, standing } = step;
  const { bundle, gates, pullRequest } = result;
  const { commit } = await commitRendered(repository, rendered, options);
  await notePromotion(
    repository,
    commit,
    {
      environment: rendered.name,
      source: bundle.source,
      from: [...bundle.from],
      gates: gates.map(({ gate, why }) => ({ type: gate.type, why })),
      approvedBy: (standing?.approvedBy ?? []).map(({ login }) => login),
      ...(pullRequest && { pullRequest: pullRequest.url }),
      at: new Date(request.now()).toISOString(),
    },
    request,
  );
  return { ...result, state: 'promoted', why: `${rendered.branch} has ${commit.slice(0, 12)} now` };
}
