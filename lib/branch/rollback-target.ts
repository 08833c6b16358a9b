/** To which release one goes back when the newest one is no good. */
import type { Oid, Repository } from '../git/index.ts';
import { ENVIRONMENT_FILE } from '../objects/index.ts';
import { checkTree, readVerified } from './foreign.ts';
import { type HistoryEntry, history } from './history.ts';
import { parseEnvironmentManifest } from './manifest.ts';
import { type EnvironmentRef, renderedRef } from './names.ts';
import { type ReleaseEntry, takenBack } from './taken-back.ts';

/** Releases that are looked through; who has taken back so many in a row wants to decide himself. */
const LOOKED_AT = 200;

/** The newest release before the tip that nobody took back and that holds something else than the tip: of one application, where
 * that alone is to go back.
 * @param options.applied the release that is known to have been applied last, if any is: it comes first
 * @returns undefined when there is none, or none in as much of the branch as there is here
 * @throws ForeignCommitError `FOREIGN_COMMIT` when there is none, and the tip is not what it says */
export async function rollbackTarget(
  repository: Repository,
  environment: EnvironmentRef,
  options: { readonly applied?: string; readonly application?: string } = {},
): Promise<Oid | undefined> {
  const { applied, application } = options;
  const entries = await history(repository, environment, { limit: LOOKED_AT });
  const target = chooseTarget(
    application === undefined ? entries : await releasesOf(repository, entries, application),
    applied,
  );
  // A tip may say of itself that it holds what the release before it does, and hold something else.
  if (target === undefined) await checkTip(repository, environment);
  return target;
}

/** What was between a release that was taken back and what was gone back to is no better than the first of them: whoever goes back
 * twice means to get further, and not to where he was before.
 * @param releases newest first */
export function chooseTarget<Entry extends ReleaseEntry & { readonly foreign: boolean }>(
  releases: readonly Entry[],
  applied?: string,
): Entry['commit'] | undefined {
  const [tip, ...earlier] = releases;
  if (!tip) return undefined;
  const { rendered: left } = takenBack(releases);
  const candidates = earlier.filter(
    ({ commit, digest, foreign }) => !foreign && digest !== tip.digest && !left.has(commit),
  );
  const before = candidates.find(({ commit }) => commit === applied);
  return (before ?? candidates[0])?.commit;
}

/** The releases as far as an application goes: each with the digest of what it has of it, and without what others went back to. */
async function releasesOf(
  repository: Repository,
  entries: readonly HistoryEntry[],
  name: string,
): Promise<readonly HistoryEntry[]> {
  const commits = await repository.commits(entries.map(({ commit }) => commit));
  const roots = commits.map(({ tree }) => tree);
  const blobs = (await repository.findTreeEntries(roots, ENVIRONMENT_FILE)).map((file) => file?.oid);
  const bodies = (await repository.readBlobs(blobs.filter((blob) => blob !== undefined))).values();
  return entries.map((entry, index) => {
    const body = blobs[index] === undefined ? undefined : bodies.next().value;
    const isOfOthers = entry.application !== undefined && entry.application !== name;
    const plain = isOfOthers ? { ...entry, reverts: undefined, restores: undefined } : entry;
    if (entry.foreign || body === undefined) return { ...plain, foreign: true };
    const { applications } = parseEnvironmentManifest(body, `${ENVIRONMENT_FILE} of ${entry.commit}`);
    const digest = applications.find((one) => one.name === name)?.digest;
    // What does not have it is nothing to go back to.
    return { ...plain, digest, foreign: digest === undefined };
  });
}

async function checkTip(repository: Repository, environment: EnvironmentRef): Promise<void> {
  const oid = await repository.readRef(renderedRef(environment));
  if (oid === undefined) return;
  const tip = await repository.commit(oid);
  await checkTree(repository, environment, tip, await readVerified(repository, environment, tip));
}
