/** What may pass to an environment: reads which source commits follow, which of them each environment upstream has had, and what
 * was rolled back; lib/promotion chooses. */
import { holdAllows, type RenderedRelease } from '../../lib/branch/index.ts';
import type { Oid } from '../../lib/git/index.ts';
import { type RenderedEnvironment, TruekeelError } from '../../lib/objects/index.ts';
import { type Choice, chooseCandidate, type UpstreamRuns, upstreamOf } from '../../lib/promotion/index.ts';
import { notPromotable } from './passed-over.ts';
import { environmentCalled, type Run } from './run.ts';
import type { Situation } from './situation.ts';
import type { Upstream } from './upstreams.ts';

/** Source commits that are looked through. */
const LOOKED_AT = 500;

/** @throws TruekeelError `OLDER_SOURCE`, `NOT_PROMOTABLE` for a source commit that was named */
export async function choose(run: Run, { environment, release, upstreams }: Situation): Promise<Choice> {
  const { gates = [] } = environment;
  const asked = await askedFor(run, release);
  const sources = asked === undefined ? await following(run, release) : [asked];
  const choice = chooseCandidate({
    sources,
    upstreams: await Promise.all(upstreams.map((upstream) => runsOf(upstream, sources))),
    takenBack: asked === undefined ? await takenBack(run, environment, sources) : new Set(),
    beyondPin: await beyondPin(run, release, sources),
    soakMs: Math.max(0, ...gates.map((gate) => (gate.type === 'soak' ? gate.durationMs : 0))),
    now: run.request.now(),
  });
  if (asked !== undefined && !choice.candidate) throw notPromotable(asked, environment, choice);
  return choice;
}

async function runsOf(
  { summary: { environment }, runOf }: Upstream,
  sources: readonly Oid[],
): Promise<UpstreamRuns> {
  const found = await Promise.all(sources.map(async (source) => [source, await runOf(source)] as const));
  return {
    environment,
    runs: new Map(found.flatMap(([source, run]) => (run ? [[source, run] as const] : []))),
  };
}

async function beyondPin(
  { repository }: Run,
  release: RenderedRelease | undefined,
  sources: readonly Oid[],
): Promise<ReadonlySet<string>> {
  const pin = release?.hold;
  const found = new Set<string>();
  for (const source of pin ? sources : [])
    if (!(await holdAllows(repository, pin!, source))) found.add(source);
  return found;
}

/** @throws TruekeelError `OLDER_SOURCE` when it does not follow what is there */
async function askedFor(
  { repository, request }: Run,
  release: RenderedRelease | undefined,
): Promise<Oid | undefined> {
  if (request.source === undefined) return undefined;
  const { oid } = await repository.commit(request.source);
  const has = release?.source.commit;
  if (has === undefined || (await repository.isAncestor(has, oid))) return oid;
  throw new TruekeelError(
    `${release!.environment} has ${has.slice(0, 12)}, which does not come before ${oid.slice(0, 12)}`,
    {
      code: 'OLDER_SOURCE',
      family: 'guard',
      hint: 'Promotion goes forward only. To go back, use "truekeel rollback".',
    },
  );
}

/** Commits of the source branch that follow what the environment has, newest first. */
async function following(run: Run, release: RenderedRelease | undefined): Promise<readonly Oid[]> {
  const { repository, head } = run;
  const has = release?.source.commit;
  if (has !== undefined) await deepen(run, has);
  const commits = (await repository.log(head, { limit: LOOKED_AT })).map(({ oid }) => oid);
  if (has === undefined) return commits;
  const at = commits.indexOf(has);
  if (at >= 0) return commits.slice(0, at);
  // On a branch that was merged, or further back than was read. The ones that follow it are the newest.
  let count = 0;
  for (let end = commits.length; count < end; ) {
    const middle = (count + end) >> 1;
    if (await repository.isAncestor(has, commits[middle]!)) count = middle + 1;
    else end = middle;
  }
  return commits.slice(0, count);
}

/** A clone that has only the newest commits fetches older ones, until it can be told which came first. */
async function deepen({ repository, request: { remote, signal }, head }: Run, has: Oid): Promise<void> {
  if (remote === undefined || !(await repository.isShallow())) return;
  const isThere = async () => (await repository.has(has)) && repository.isAncestor(has, head);
  await repository.deepen(remote, [head], isThere, { signal });
}

async function takenBack(
  run: Run,
  environment: RenderedEnvironment,
  sources: readonly Oid[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const name of [environment.name, ...upstreamOf(run.environments, environment.name)]) {
    const at = environmentCalled(run, name);
    const back = await run.upstreams.takenBack(at);
    for (const source of back.sources) found.add(source);
    if (back.rendered.size === 0) continue;
    // What changed nothing there is in a release of another source commit.
    const { runOf } = await run.upstreams.of(at);
    for (const source of sources) {
      const has = await runOf(source);
      if (has && back.rendered.has(has.rendered)) found.add(source);
    }
  }
  return found;
}
