/** Notes on rendered commits that were promoted: what let them pass. Where they come from is in their trailers; what is said here
 * is known only afterwards, and would make another commit of them. */
import { z } from 'zod';
import { type Oid, type Repository, trailer } from '../git/index.ts';
import { PROMOTIONS_REF, TrailerName } from './names.ts';
import { followNotes, noteOf, noteTo } from './notes.ts';
import type { RemoteTarget } from './publish.ts';
import type { RenderedRelease } from './release.ts';

const schema = z.object({
  environment: z.string(),
  source: z.string(),
  /** The releases upstream that had it. */
  from: z.array(z.object({ environment: z.string(), rendered: z.string() })),
  gates: z.array(z.object({ type: z.string(), why: z.string() })),
  approvedBy: z.array(z.string()),
  /** Digest of the plan that they saw, with the cluster that it is for where nothing else tells: nothing else is applied. */
  plan: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}(?:@[0-9a-f]{8})?$/)
    .exactOptional(),
  /** URL. */
  pullRequest: z.string().exactOptional(),
  /** ISO 8601. */
  at: z.string(),
});

export type PromotionNote = Readonly<z.infer<typeof schema>>;

/** @param target whose notes are asked for first; those that are here are taken without a remote
 * @returns undefined for a commit that was not promoted */
export async function readPromotion(
  repository: Repository,
  rendered: Oid,
  { remote, signal }: RemoteTarget = {},
): Promise<PromotionNote | undefined> {
  if (remote !== undefined) await followNotes(repository, PROMOTIONS_REF, remote, signal ? { signal } : {});
  const text = await noteOf(repository, PROMOTIONS_REF, rendered);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    // Anybody who may push can write notes.
    return undefined;
  }
}

/** To be written before the branch moves: what was noted of a try that lost the race gives way to the next one's.
 * @returns whether the note is where it was to go */
export async function notePromotion(
  repository: Repository,
  rendered: Oid,
  note: PromotionNote,
  target: RemoteTarget,
): Promise<boolean> {
  const [commit] = await repository.commits([rendered]);
  return noteTo(
    repository,
    {
      ref: PROMOTIONS_REF,
      commit: rendered,
      author: commit!.committer,
      edit: () => `${JSON.stringify(note)}\n`,
    },
    target,
  );
}

/** A release with the plan that was approved for it, where its own trailers name none and a note on its promotion does. A note can only
 * make it stricter: what is noted wrongly is not applied.
 * @param target as for {@link readPromotion} */
export async function withPromotion(
  repository: Repository,
  release: RenderedRelease,
  target: RemoteTarget = {},
): Promise<RenderedRelease> {
  if (release.approved || trailer(release.trailers, TrailerName.promotedFrom) === undefined) return release;
  const { plan, approvedBy: by } = (await readPromotion(repository, release.commit, target)) ?? {};
  return plan === undefined || by === undefined ? release : { ...release, approved: { plan, by } };
}
