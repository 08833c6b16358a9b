/** Comments that no webhook told of: written while the agent was down, or while its calls got lost. Which ones were seen is kept in a
 * file, by the forge's clock. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Forge, RecentComment } from '../../../lib/forge/index.ts';

const Seen = z.strictObject({
  /** Milliseconds since 1970 when an agent listened for the first time: what is older was for nobody. */
  from: z.number(),
  /** When the newest comment was written that was looked at. */
  until: z.number(),
  /** Comments of the last minutes before that, and later ones that a webhook told of: by id, when they were written. */
  ids: z.record(z.string(), z.number()),
});
type Seen = z.infer<typeof Seen>;

/** Lists of a forge may lag behind, and its clock has seconds. */
const OVERLAP_MS = 10 * 60_000;
/** What somebody wanted yesterday is not done today. */
const TOO_OLD_MS = 24 * 60 * 60_000;

export interface MissedCommentsOptions {
  readonly forge: Pick<Forge, 'commentsSince'>;
  /** Where what was seen is kept. */
  readonly file: string;
  readonly now: () => number;
  /** Resolves once it is written down. Called once for each comment, unless the process dies in between. */
  readonly onComment: (comment: RecentComment) => Promise<void>;
  readonly onTooOld: (comment: RecentComment) => void;
}

export class MissedComments {
  readonly #options: MissedCommentsOptions;
  #seen: Seen | undefined;
  /** The file is read, changed and written by one at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: MissedCommentsOptions) {
    this.#options = options;
  }

  /** A webhook told of it. */
  saw({ id, createdAt }: Pick<RecentComment, 'id' | 'createdAt'>): Promise<void> {
    return this.#change(async (seen) => ({ ...seen, ids: { ...seen.ids, [id]: createdAt } }));
  }

  /** Asks the forge for what is new, and hands it on.
   * @throws ForgeError when it cannot be asked for the moment: then it is asked for later */
  look(): Promise<void> {
    return this.#change(async (seen) => {
      const { forge, onComment, onTooOld, now } = this.#options;
      const found = await forge.commentsSince(Math.max(seen.from, seen.until - OVERLAP_MS));
      for (const comment of found) {
        const { id, createdAt, isEdited, isByBot } = comment;
        if (id in seen.ids || createdAt < seen.from || isEdited || isByBot) continue;
        if (now() - createdAt > TOO_OLD_MS) onTooOld(comment);
        else await onComment(comment);
      }
      const until = Math.max(seen.until, ...found.map(({ createdAt }) => createdAt));
      const ids = { ...seen.ids, ...Object.fromEntries(found.map(({ id, createdAt }) => [id, createdAt])) };
      const kept = Object.entries(ids).filter(([, createdAt]) => createdAt >= until - 2 * OVERLAP_MS);
      return { ...seen, until, ids: Object.fromEntries(kept) };
    });
  }

  #change(work: (seen: Seen) => Promise<Seen>): Promise<void> {
    const mine = this.#turn.then(async () => {
      const before = this.#seen ?? (await this.#read());
      const after = await work(before);
      await this.#write(after);
      this.#seen = after;
    });
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  /** A file that cannot be read is begun anew: to do nothing is better than to do everything again. */
  async #read(): Promise<Seen> {
    try {
      return Seen.parse(JSON.parse(await readFile(this.#options.file, 'utf8')));
    } catch {
      const now = this.#options.now();
      return { from: now, until: now, ids: {} };
    }
  }

  async #write(seen: Seen): Promise<void> {
    const { file } = this.#options;
    await mkdir(dirname(file), { recursive: true });
    const temporary = `${file}.${process.pid}`;
    await writeFile(temporary, JSON.stringify(seen), { mode: 0o600 });
    await rename(temporary, file);
  }
}
