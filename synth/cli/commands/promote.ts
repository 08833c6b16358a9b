import { hold, type RenderedRelease, releaseHold } from '../../../lib/branch/index.ts';
import type { KubeClient } from '../../../lib/kube/index.ts';
import { TruekeelError } from '../../../lib/objects/index.ts';
import { cacheDirectory } from '../../cache-directory.ts';
import { committer } from '../../pipeline/identity.ts';
import { connectTarget } from '../../pipeline/target.ts';
import { type Promotion, type PromotionRequest, promote } from '../../promotion/index.ts';
import type { PlanAccess } from '../../review/index.ts';
import type { Command, CommandContext } from '../command.ts';
import { commandGrant } from '../command-grant.ts';
import { errorResult } from '../error-result.ts';
import { Exit, exitCodeOfAll } from '../exit.ts';
import { printPromotion } from '../print-promotion.ts';
import type { ResultOf } from '../results.ts';
import {
  clusterOptions,
  deleteLimits,
  environmentRef,
  openSecrets,
  programLimits,
  readSettings,
  remoteName,
  requireEnvironment,
  requireRepository,
  type Settings,
  signerOf,
  text,
} from '../settings.ts';

export const command: Command = async (_args, flags, context) => {
  const started = performance.now();
  const settings = await readSettings(flags, context);
  const acts = ['hold', 'pin', 'release'].filter(
    (name) => flags[name] !== undefined && flags[name] !== false,
  );
  const modes = [...acts, ...['check', 'propose'].filter((name) => flags[name] === true)];
  if (modes.length > 1) {
    throw new TruekeelError(`${modes.map((name) => `--${name}`).join(' and ')} do not go together`, {
      code: 'INVALID_FLAG',
      family: 'usage',
    });
  }
  if (acts.length > 0) return keepHold(settings, context, started);
  const clients = new Map<string, Promise<KubeClient>>();
  try {
    const request = await requestOf(settings, context, clients);
    const promotions = await carryOut(settings, context, request);
    const errors = promotions.flatMap(({ error }) => error ?? []);
    if (flags.output === 'json') print(context, { promotions: promotions.map(promotionResult) }, started);
    if (errors.length > 0) return exitCodeOfAll(errors);
    const isPending = promotions.some(({ state }) => PENDING.has(state));
    return flags.exitCode === true && isPending ? Exit.pending : Exit.done;
  } finally {
    for (const client of clients.values()) await client.then((one) => one.close()).catch(() => {});
  }
};

const PENDING: ReadonlySet<Promotion['state']> = new Set(['open', 'waiting', 'refused']);

/** Somebody who sits at a terminal sees first what would pass, and agrees to it. */
async function carryOut(
  settings: Settings,
  { terminal }: CommandContext,
  request: PromotionRequest,
): Promise<readonly Promotion[]> {
  const repository = requireRepository(settings);
  const show = (promotions: readonly Promotion[]) => {
    if (settings.flags.output !== 'json')
      for (const promotion of promotions) printPromotion(promotion, terminal);
    return promotions;
  };
  const asks =
    request.moves === 'when-passed' &&
    settings.flags.automatic !== true &&
    settings.flags.yes !== true &&
    terminal.interactive;
  if (!asks) return show(await promote(repository, request));
  const seen = show(await promote(repository, { ...request, moves: 'never' }));
  if (!seen.some(({ state }) => PENDING.has(state))) return seen;
  const answer = await terminal.ask(`Promote to ${request.environment}? [y/N] `);
  return /^y(es)?$/i.test(answer.trim()) ? show(await promote(repository, request)) : seen;
}

async function requestOf(
  settings: Settings,
  context: CommandContext,
  clients: Map<string, Promise<KubeClient>>,
): Promise<PromotionRequest> {
  const { flags, config } = settings;
  const { env, signal } = context;
  const environment = text(flags.environment) ?? config.environment;
  const source = text(flags.source);
  if (source !== undefined && environment === undefined) requireEnvironment(settings);
  const proposes = flags.propose === true;
  const isAsked = flags.automatic === true || (environment !== undefined && !proposes);
  const upstream = flags.upstream === 'notes' || flags.upstream === 'forge' ? flags.upstream : 'cluster';
  const asksForge = proposes || upstream === 'forge';
  const forge = asksForge ? await (await import('../forge.ts')).forgeOf(settings, context) : undefined;
  const clusterOf = ({ environment: name, cluster }: RenderedRelease): Promise<KubeClient> => {
    const client = clients.get(name) ?? connectTarget({ ...clusterOptions(settings), cluster });
    clients.set(name, client);
    return client;
  };
  const access: PlanAccess = {
    connect: (cluster) => connectTarget({ ...clusterOptions(settings), cluster }),
    approvals: [],
    limits: deleteLimits(settings),
  };
  return {
    program: text(flags.app) ?? config.app ?? 'main.ts',
    cache: cacheDirectory(env),
    charts: { env },
    programLimits: programLimits(settings),
    head: 'HEAD',
    moves: flags.check === true ? 'never' : isAsked ? 'when-passed' : proposes ? 'when-approved' : 'never',
    asks: () => upstream,
    clusterOf,
    openSecret: openSecrets(settings),
    fetch: globalThis.fetch,
    now: Date.now,
    signal,
    ...commandGrant(flags, context),
    ...signerOf(flags, config),
    ...(environment !== undefined && { environment }),
    ...(source !== undefined && { source }),
    ...((flags.push === true || proposes) && { remote: remoteName(settings) }),
    ...(forge && proposes && { forge, ...(upstream === 'cluster' && { planAccess: () => access }) }),
    ...(forge && { deployments: forge }),
  };
}

async function keepHold(settings: Settings, context: CommandContext, started: number): Promise<number> {
  const { flags, config } = settings;
  const { terminal } = context;
  const repository = requireRepository(settings);
  const environment = environmentRef(settings);
  const name = requireEnvironment(settings);
  const reason = text(flags.reason);
  const pin = text(flags.pin);
  const options = {
    by: await committer(repository.root),
    ...signerOf(flags, config),
    ...(reason !== undefined && { reason }),
    ...(flags.push === true && { remote: remoteName(settings) }),
  };
  const branch = typeof environment === 'string' ? `rendered/${environment}` : environment.branch;
  let held: NonNullable<ResultOf<'promote'>['held']>;
  if (flags.release === true) {
    const { commit, released, pushed } = await releaseHold(repository, environment, options);
    held = { environment: name, branch, commit, changed: released, pushed };
  } else {
    const done = await hold(repository, environment, { ...options, ...(pin !== undefined && { pin }) });
    const { commit, created, pushed } = done;
    held = { environment: name, branch, commit, changed: created, hold: done.hold, pushed };
  }
  if (flags.output === 'json') print(context, { promotions: [], held }, started);
  else terminal.out(holdLine(name, held));
  return Exit.done;
}

function holdLine(name: string, { changed, hold: kept }: NonNullable<ResultOf<'promote'>['held']>): string {
  if (!kept) return changed ? `${name} is free again.` : `Nothing held ${name}.`;
  const what = kept.pin === undefined ? 'held where it is' : `pinned to ${kept.pin.slice(0, 12)}`;
  return `${name} is ${what}, until \`truekeel promote --environment ${name} --release\`.`;
}

function print(
  { terminal }: CommandContext,
  result: Omit<ResultOf<'promote'>, 'durationMs'>,
  started: number,
): void {
  const whole: ResultOf<'promote'> = { ...result, durationMs: performance.now() - started };
  terminal.out(JSON.stringify(whole, null, 2));
}

function promotionResult({
  upstreams,
  bundle,
  passedOver,
  gates,
  error,
  ...rest
}: Promotion): ResultOf<'promote'>['promotions'][number] {
  return {
    ...rest,
    upstreams: upstreams.map(({ since, ...one }) => ({ ...one, ...timed({ since }) })),
    ...(bundle && {
      bundle: {
        ...bundle,
        from: [...bundle.from],
        commits: [...bundle.commits],
        images: bundle.images.map(builtImage),
      },
    }),
    passedOver: [...passedOver],
    gates: gates.map(({ gate, state, why, since, until }) => ({
      type: gate.type,
      state,
      why,
      ...timed({ since, until }),
    })),
    ...(error && { error: errorResult(error) }),
  };
}

function builtImage({ commits, ...image }: NonNullable<Promotion['bundle']>['images'][number]) {
  return { ...image, ...(commits && { commits: { ...commits, commits: [...commits.commits] } }) };
}

/** ISO 8601, as far as they are known. */
function timed<Name extends string>(
  times: Readonly<Record<Name, number | undefined>>,
): { readonly [At in Name]?: string } {
  const known = Object.entries<number | undefined>(times).flatMap(([name, at]) =>
    at === undefined ? [] : [[name, new Date(at).toISOString()] as const],
  );
  // The names are those that came in.
  return Object.fromEntries(known) as { readonly [At in Name]?: string };
}
