/** What lies between two releases. */
import {
  diffReleases,
  type EnvironmentRef,
  history,
  type RenderedRelease,
  readRendered,
  TrailerName,
} from '../../lib/branch/index.ts';
import { asOid, type Oid, type Repository, trailer } from '../../lib/git/index.ts';
import type { DesiredApplication } from '../../lib/objects/index.ts';
import { diffObjects } from '../../lib/plan/index.ts';
import { type ImageChange, imageChanges, withCommits } from '../review/index.ts';
import { type WrittenIn, withApplications, writtenIn } from './about.ts';
import { entriesBetween } from './between.ts';
import type { ChangelogEntry } from './entries.ts';

export interface ChangelogRequest {
  /** A rendered commit of the environment, or a source commit: any revision. The release before `to` when absent. */
  readonly from?: string;
  /** As `from`; the newest release when absent. */
  readonly to?: string;
}

export interface Changelog {
  /** Absent where there was nothing before. */
  readonly from?: ChangelogEnd;
  readonly to: ChangelogEnd;
  /** Newest first. */
  readonly entries: readonly ChangelogEntry[];
  /** What `from` has and `to` does not: it was taken back. Newest first. */
  readonly takenBack: readonly ChangelogEntry[];
  /** Where both ends are releases. */
  readonly images: readonly ImageChange[];
  /** False where there are more commits than are looked at, or a shallow clone does not have them. */
  readonly complete: boolean;
}

interface ChangelogEnd {
  readonly source: Oid;
  /** The rendered commit, where it is a release. */
  readonly rendered?: Oid;
}

/** How far back the release before is looked for. */
const MOST_RELEASES = 500;

/** @throws GitError `UNKNOWN_REVISION`
 * @throws TruekeelError `NOT_RENDERED`, `FOREIGN_COMMIT`; `OBJECT_MISSING` when a source commit is not here */
export async function changelogOf(
  repository: Repository,
  environment: EnvironmentRef,
  request: ChangelogRequest,
): Promise<Changelog> {
  const to = await endOf(repository, environment, request.to);
  const from =
    request.from === undefined
      ? await endBefore(repository, environment, to)
      : await endOf(repository, environment, request.from);
  const [added, takenBack] = await Promise.all([
    entriesBetween(repository, from?.source, to.source),
    from ? entriesBetween(repository, to.source, from.source) : { entries: [], complete: true },
  ]);
  const isWhole = from === undefined || !(await repository.isShallow());
  const written = from?.release && to.release ? differing(from.release, to.release) : new Map();
  return {
    ...(from && { from: plain(from) }),
    to: plain(to),
    entries: await withApplications(repository, added.entries, written),
    takenBack: await withApplications(repository, takenBack.entries, written),
    images: from?.release && to.release ? await imagesBetween(repository, from.release, to.release) : [],
    complete: added.complete && takenBack.complete && isWhole,
  };
}

interface End {
  readonly source: Oid;
  readonly release?: RenderedRelease;
}

async function endOf(
  repository: Repository,
  environment: EnvironmentRef,
  revision: string | undefined,
): Promise<End> {
  if (revision !== undefined) {
    const { oid, trailers } = await repository.commit(revision);
    // What was not rendered is a commit that people wrote.
    if (trailer(trailers, TrailerName.environment) === undefined) return { source: oid };
  }
  const release = await readRendered(repository, environment, revision === undefined ? {} : { revision });
  return releaseEnd(repository, release);
}

async function releaseEnd(repository: Repository, release: RenderedRelease): Promise<End> {
  const { oid } = await repository.commit(release.source.commit);
  return { source: oid, release };
}

/** The newest release before another one that was rendered from another source commit; for a source commit, the newest
 * release, which it will follow.
 * @returns undefined where there is none */
async function endBefore(
  repository: Repository,
  environment: EnvironmentRef,
  to: End,
): Promise<End | undefined> {
  const releases = await history(repository, environment, { limit: MOST_RELEASES });
  const start = to.release ? releases.findIndex(({ commit }) => commit === to.release?.commit) : 0;
  // A release that is not on the branch has none before it there.
  const before = start < 0 ? undefined : releases.slice(start).find(({ source }) => source !== to.source);
  if (!before) return undefined;
  return releaseEnd(repository, await readRendered(repository, environment, { revision: before.commit }));
}

/** Where that is written which differs, before and after. */
function differing(before: RenderedRelease, after: RenderedRelease): WrittenIn {
  const { added, changed, removed } = diffReleases(before, after);
  const objects = [...added, ...removed, ...changed.flatMap((one) => [one.before, one.after])];
  return writtenIn(objects.map(({ application, object: { source } }) => ({ application, source })));
}

async function imagesBetween(
  repository: Repository,
  before: RenderedRelease,
  after: RenderedRelease,
): Promise<readonly ImageChange[]> {
  const { changed } = diffReleases(before, after);
  const [old, now] = await Promise.all([
    loadAll(
      before.applications,
      changed.map((one) => one.before),
    ),
    loadAll(
      after.applications,
      changed.map((one) => one.after),
    ),
  ]);
  const images = imageChanges(
    changed.map(({ after: { object } }, index) => ({
      key: object.key,
      changes: diffObjects(old[index]!, now[index]!),
    })),
  );
  return withCommits(repository, images, {
    before: asOid(before.source.commit),
    after: asOid(after.source.commit),
    program: after.source.program,
  });
}

/** Objects, in their order. */
async function loadAll(
  applications: readonly DesiredApplication[],
  wanted: readonly ReturnType<typeof diffReleases>['added'][number][],
) {
  const loaded = new Map<unknown, Awaited<ReturnType<DesiredApplication['load']>>[number]>();
  for (const application of applications) {
    const own = wanted.filter((one) => one.application === application.name).map(({ object }) => object);
    for (const [index, body] of (await application.load(own)).entries()) loaded.set(own[index], body);
  }
  return wanted.map(({ object }) => loaded.get(object)!);
}

function plain({ source, release }: End): ChangelogEnd {
  return { source, ...(release && { rendered: release.commit as Oid }) };
}
