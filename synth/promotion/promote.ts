import { followNotes, NOTES_REF, PROMOTIONS_REF, READY_REF } from '../../lib/branch/index.ts';
import type { Repository } from '../../lib/git/index.ts';
import { type RenderedEnvironment, TruekeelError } from '../../lib/objects/index.ts';
import { inPromotionOrder } from '../../lib/promotion/index.ts';
import { choose } from './choose.ts';
import { consider } from './consider.ts';
import { nothingWhy } from './passed-over.ts';
import type { Promotion, PromotionRequest, UpstreamRequest, UpstreamSummary } from './promotion.ts';
import { Renders } from './renders.ts';
import { pullRequestsOf, type Run } from './run.ts';
import { situationOf, summary } from './situation.ts';
import { Upstreams } from './upstreams.ts';

/** Promotes what may be promoted, in the order of the environments: what gets to one may get on to the next at once.
 * @throws TruekeelError `UNKNOWN_ENVIRONMENT`, `NOTHING_UPSTREAM`, `PROMOTION_CYCLE`; and what rendering the newest source commit
 * throws. What goes wrong with one environment is told in its own result */
export async function promote(
  repository: Repository,
  request: PromotionRequest,
): Promise<readonly Promotion[]> {
  const { remote, signal } = request;
  for (const ref of remote === undefined ? [] : [NOTES_REF, READY_REF, PROMOTIONS_REF])
    await followNotes(repository, ref, remote!, { signal });
  const head = (await repository.commit(request.head)).oid;
  const renders = request.renders ?? new Renders();
  const { environments } = await renders.of(repository, head, request);
  const upstreams = new Upstreams(repository, request);
  const run: Run = { repository, request, head, environments, renders, upstreams };
  const promotions: Promotion[] = [];
  for (const environment of chosen(environments, request)) {
    if (signal.aborted) break;
    promotions.push(await attempt(run, environment));
  }
  return promotions;
}

/** Looks how one environment is, and notes since when it is ready, for whoever promotes from it. */
export async function observe(
  repository: Repository,
  request: UpstreamRequest,
  environment: Pick<RenderedEnvironment, 'name' | 'branch'>,
): Promise<UpstreamSummary> {
  return (await new Upstreams(repository, request).of(environment)).summary;
}

function chosen(
  environments: readonly RenderedEnvironment[],
  { environment: name, from }: PromotionRequest,
): readonly RenderedEnvironment[] {
  const ordered = inPromotionOrder(environments);
  if (name === undefined) {
    return ordered.filter(
      ({ promotesFrom: [first] }) => first !== undefined && (first === from || from === undefined),
    );
  }
  const found = ordered.find((environment) => environment.name === name);
  if (found && found.promotesFrom.length > 0) return [found];
  if (found) {
    throw new TruekeelError(`environment ${name} promotes from no other`, {
      code: 'NOTHING_UPSTREAM',
      family: 'usage',
      hint: `Say promotesFrom in the program, or render it: "truekeel render --environment ${name}".`,
    });
  }
  throw new TruekeelError(`the program has no environment "${name}"`, {
    code: 'UNKNOWN_ENVIRONMENT',
    family: 'usage',
    hint: `It has ${environments.map((environment) => environment.name).join(', ') || 'none'}.`,
  });
}

async function attempt(run: Run, environment: RenderedEnvironment): Promise<Promotion> {
  const { name, branch } = environment;
  try {
    const promotion = await promoteTo(run, environment);
    if (promotion.state === 'promoted' || promotion.state === 'unchanged') run.upstreams.forget(environment);
    return promotion;
  } catch (error) {
    // Others do not stand still because of one that cannot move.
    if (!(error instanceof TruekeelError)) throw error;
    const nothing = { upstreams: [], passedOver: [], gates: [] };
    return { environment: name, branch, ...nothing, state: 'failed', why: error.message, error };
  }
}

async function promoteTo(run: Run, environment: RenderedEnvironment): Promise<Promotion> {
  const situation = await situationOf(run, environment);
  const { hold } = situation.release ?? {};
  if (hold && hold.pin === undefined) {
    const why = `held by ${hold.by}${hold.reason === undefined ? '' : `: ${hold.reason}`}`;
    return { ...summary(situation), state: 'held', why, passedOver: [], gates: [] };
  }
  const { candidate, passedOver } = await choose(run, situation);
  if (candidate) return consider(run, situation, candidate, passedOver);
  if (run.request.keeps !== false) await pullRequestsOf(run, environment)?.close();
  const why = nothingWhy(passedOver, situation);
  return { ...summary(situation), state: 'current', why, passedOver, gates: [] };
}
