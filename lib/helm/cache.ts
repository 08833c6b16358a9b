/** What Helm made, by everything that went into it: the same is not made twice. */
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, digestOf, type JsonValue } from '../objects/index.ts';
import type { TemplateRequest } from './render-chart.ts';

/** The least recently used go. */
const MOST_FILES = 512;

/** Part of each key: another number where output would be made otherwise. */
const FORMAT = 1;

export type CacheKey = Omit<TemplateRequest, 'archive' | 'name'>;

export class ChartCache {
  readonly #directory: string;

  /** @param directory of its own, which only we write to */
  constructor(directory: string) {
    this.#directory = directory;
  }

  read(key: CacheKey): string | undefined {
    const file = this.#fileOf(key);
    try {
      const text = readFileSync(file, 'utf8');
      const [digest, output] = [text.slice(0, DIGEST_LENGTH), text.slice(DIGEST_LENGTH)];
      if (digestOf(output) !== digest) return undefined;
      const now = new Date();
      utimesSync(file, now, now);
      return output;
    } catch {
      return undefined;
    }
  }

  /** What cannot be kept is made again. */
  write(key: CacheKey, output: string): void {
    try {
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
      const file = this.#fileOf(key);
      const temporary = `${file}.${process.pid}`;
      writeFileSync(temporary, digestOf(output) + output, { mode: 0o600 });
      renameSync(temporary, file);
      this.#shrink();
    } catch {
      // See above.
    }
  }

  #fileOf(key: CacheKey): string {
    // An interface of texts and lists of them is JSON.
    const digest = digestOf(canonicalJson([FORMAT, key as unknown as JsonValue]));
    return join(this.#directory, digest.slice('sha256:'.length));
  }

  #shrink(): void {
    const names = readdirSync(this.#directory);
    if (names.length <= MOST_FILES) return;
    const files = names.map((name) => join(this.#directory, name));
    const used = files.map((file) => ({ file, at: statSync(file).mtimeMs })).sort((a, b) => a.at - b.at);
    for (const { file } of used.slice(0, names.length - MOST_FILES / 2)) rmSync(file, { force: true });
  }
}

const DIGEST_LENGTH = 'sha256:'.length + 64;
