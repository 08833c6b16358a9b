/** Jobs and what was done, as files: they outlive the process. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { doneOnce, Job, nameOf } from './job.ts';

export interface StoredJob {
  readonly job: Job;
  /** Of the file, which tells it from one that took its place. */
  readonly text: string;
}

/** As long as a webhook may be old, and then some. */
const REMEMBERED_MS = 24 * 60 * 60 * 1000;

export class JobStore {
  readonly #jobs: string;
  readonly #done: string;
  #written = 0;
  /** What is under way: nobody looks while another one writes. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param directory of its own */
  constructor(directory: string) {
    this.#jobs = join(directory, 'jobs');
    this.#done = join(directory, 'done');
  }

  /** Writes a job down; it takes the place of a waiting one of its name, unless that is the same command.
   * @returns false when it was done already, or is being done */
  put(job: Job): Promise<boolean> {
    return this.#inTurn(async () => {
      const file = join(this.#jobs, fileOf(nameOf(job)));
      const once = doneOnce(job);
      if (once !== undefined && (await isThere(join(this.#done, fileOf(once))))) return false;
      if (job.type === 'command' && (await isThere(file))) return false;
      await mkdir(this.#jobs, { recursive: true });
      await this.#write(file, JSON.stringify({ at: Date.now(), job }));
      return true;
    });
  }

  /** Oldest first. What cannot be read any more is left out. */
  async all(): Promise<readonly StoredJob[]> {
    const files = await readdir(this.#jobs).catch(() => []);
    const found = await Promise.all(
      files.filter((file) => file.endsWith('.json')).map((file) => readJob(join(this.#jobs, file))),
    );
    return found
      .flatMap((one) => one ?? [])
      .sort((a, b) => a.at - b.at)
      .map(({ job, text }) => ({ job, text }));
  }

  /** It was done, or will never be: it is not taken up again, unless another one took its place meanwhile. */
  finish({ job, text }: StoredJob): Promise<void> {
    return this.#inTurn(async () => {
      const once = doneOnce(job);
      if (once !== undefined) {
        await mkdir(this.#done, { recursive: true });
        await this.#write(join(this.#done, fileOf(once)), once);
      }
      const file = join(this.#jobs, fileOf(nameOf(job)));
      if ((await readFile(file, 'utf8').catch(() => undefined)) === text) await rm(file, { force: true });
      await this.#forget();
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work, work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #forget(): Promise<void> {
    for (const file of await readdir(this.#done).catch(() => [])) {
      const path = join(this.#done, file);
      const found = await stat(path).catch(() => undefined);
      if (found && Date.now() - found.mtimeMs > REMEMBERED_MS) await rm(path, { force: true });
    }
  }

  /** A process that dies leaves the old file or the new one, never a part. */
  async #write(path: string, text: string): Promise<void> {
    const temporary = `${path}.${process.pid}.${++this.#written}`;
    await writeFile(temporary, text, { mode: 0o600 });
    await rename(temporary, path);
  }
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Names hold what others chose. */
function fileOf(name: string): string {
  return `${createHash('sha256').update(name).digest('hex').slice(0, 32)}.json`;
}

async function readJob(path: string): Promise<(StoredJob & { readonly at: number }) | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    const { at, job } = JSON.parse(text) as { readonly at?: unknown; readonly job?: unknown };
    return { at: Number(at) || 0, job: Job.parse(job), text };
  } catch {
    return undefined;
  }
}
