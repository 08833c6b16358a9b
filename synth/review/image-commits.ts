/** What is in an image that the one before did not have: the commits that it was built from, where the lock file or the tag says
 * so and they are in this repository. */
import { z } from 'zod';
import { isGitError, type Oid, type Repository } from '../../lib/git/index.ts';

export interface ImageCommits {
  /** Commits that the two images were built from. */
  readonly from: string;
  readonly to: string;
  /** Where they are, when that is another repository; then no commits are known. */
  readonly repository?: string;
  /** Newest first. */
  readonly commits: readonly { readonly commit: Oid; readonly subject: string; readonly author: string }[];
  /** There are older ones. */
  readonly more: boolean;
}

export interface ImageSources {
  /** Source commits, whose lock files are read. */
  readonly before: Oid;
  readonly after: Oid;
  /** Path of the program. */
  readonly program: string;
}

const MOST_COMMITS = 20;
const LOCK_FILE = 'images.lock.json';

const lock = z.object({
  images: z.record(
    z.string(),
    z.object({
      digest: z.string(),
      source: z.object({ repository: z.string().optional(), commit: z.string() }).optional(),
    }),
  ),
});

interface Built {
  readonly commit: string;
  readonly repository?: string;
}

/** The same images, those with their commits of which they are known. */
export async function withCommits<Image extends { readonly before?: string; readonly after: string }>(
  repository: Repository,
  images: readonly Image[],
  { before, after, program }: ImageSources,
): Promise<readonly (Image & { readonly commits?: ImageCommits })[]> {
  if (images.length === 0) return images;
  const [old, now] = await Promise.all([
    locked(repository, before, program),
    locked(repository, after, program),
  ]);
  return Promise.all(
    images.map(async (image) => {
      const from = image.before === undefined ? undefined : await builtFrom(repository, image.before, old);
      const to = await builtFrom(repository, image.after, now);
      if (!from || !to || from.commit === to.commit) return image;
      return { ...image, commits: await between(repository, from, to) };
    }),
  );
}

/** By digest. What is wrong with a lock file is told by the program that reads it. */
async function locked(
  repository: Repository,
  source: Oid,
  program: string,
): Promise<ReadonlyMap<string, Built>> {
  const directory = /\s/.test(program) ? '' : program.replace(/[^/]*$/, '');
  const paths = [...new Set([`${directory}${LOCK_FILE}`, LOCK_FILE])];
  const [file] = (await repository.readFiles(source, paths)).filter((body) => body !== undefined);
  const { data } = lock.safeParse(file && parsed(file));
  return new Map(
    Object.values(data?.images ?? {}).flatMap(({ digest, source: built }) =>
      built
        ? [
            [
              digest,
              {
                commit: built.commit,
                ...(built.repository !== undefined && { repository: built.repository }),
              },
            ],
          ]
        : [],
    ),
  );
}

function parsed(file: Buffer): unknown {
  try {
    return JSON.parse(file.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** @param image `ghcr.io/example/api:1.4@sha256:…`, `…:sha-1f0c2ab`, `…:v1.2-3-g1f0c2ab` */
async function builtFrom(
  repository: Repository,
  image: string,
  known: ReadonlyMap<string, Built>,
): Promise<Built | undefined> {
  const [name = '', digest = ''] = image.split('@');
  const built = known.get(digest);
  if (built) return built;
  const tag = /:([\w.-]+)$/.exec(name)?.[1] ?? '';
  // At least seven digits, as Git abbreviates; not a date or a version, which have no letters.
  const hex = /(?:^|[-_.]|[-_.]g)([0-9a-f]{7,64})$/.exec(tag)?.[1];
  if (hex === undefined || /^\d+$/.test(hex)) return undefined;
  const commit = await commitHere(repository, hex);
  return commit === undefined ? undefined : { commit };
}

async function commitHere(repository: Repository, hex: string): Promise<Oid | undefined> {
  try {
    return await repository.resolve(hex);
  } catch (error) {
    if (isGitError(error, 'UNKNOWN_REVISION')) return undefined;
    throw error;
  }
}

async function between(repository: Repository, from: Built, to: Built): Promise<ImageCommits> {
  const ends = { from: from.commit, to: to.commit };
  const [older, newer] = [await commitHere(repository, from.commit), await commitHere(repository, to.commit)];
  if (older === undefined || newer === undefined) {
    const { repository: place } = to;
    return { ...ends, ...(place !== undefined && { repository: place }), commits: [], more: false };
  }
  const found = await repository.log(newer, { exclude: older, firstParent: false, limit: MOST_COMMITS + 1 });
  const commits = found
    .slice(0, MOST_COMMITS)
    .map(({ oid, subject, author }) => ({ commit: oid, subject, author: author.name }));
  return { ...ends, commits, more: found.length > MOST_COMMITS };
}
