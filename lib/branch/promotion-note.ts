/** Notes on rendered commits that were promoted: what let them pass. Where they come from is in their trailers; what is said here
 * is known only afterwards, and would make another commit of them. */
import { z } from 'zod';
import type { Oid, Repository } from '../git/index.ts';
import { PROMOTIONS_REF } from './names.ts';
import { noteOf, noteTo } from './notes.ts';
import type { RemoteTarget } from './publish.ts';

const schema = z.object({
  environment: z.string(),
  source: z.string(),
  /** The releases upstream that had it. */
  from: z.array(z.object({ environment: z.string(), rendered: z.string() })),
  gates: z.array(z.object({ type: z.string(), why: z.string() })),
  approvedBy: z.array(z.string()),
  /** URL. */
  pullRequest: z.string().exactOptional(),
  /** ISO 8601. */
  at: z.string(),
});

export type PromotionNote = Readonly<z.infer<typeof schema>>;

/** @returns undefined for a commit that was not promoted */
export async function readPromotion(
  repository: Repository,
  rendered: Oid,
): Promise<PromotionNote | undefined> {
  const text = await noteOf(repository, PROMOTIONS_REF, rendered);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    // Anybody who may push can write notes.
    return undefined;
  }
}

/** The first note on a promotion stays.
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
      edit: (text) => text ?? `${JSON.stringify(note)}\n`,
    },
    target,
  );
}
