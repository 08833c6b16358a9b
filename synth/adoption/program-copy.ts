/** A copy of a program in which edits are tried. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunOptions, runProgram } from '../program/index.ts';
import type { Renderer } from './find-edits.ts';
import { Rendering } from './rendering.ts';

/** Runs the program of an extracted source commit, with files as they are given. */
export class ProgramCopy implements Renderer {
  readonly #directory: string;
  readonly #options: Omit<RunOptions, 'cwd' | 'root' | 'typecheck'>;
  readonly #originals: ReadonlyMap<string, string>;
  /** What is in the files that were written. */
  readonly #written = new Map<string, string>();

  /** @param originals the texts of files that may be edited */
  constructor(
    directory: string,
    options: Omit<RunOptions, 'cwd' | 'root' | 'typecheck'>,
    originals: ReadonlyMap<string, string>,
  ) {
    this.#directory = directory;
    this.#options = options;
    this.#originals = originals;
  }

  async render(
    texts: ReadonlyMap<string, string>,
    { typecheck }: { readonly typecheck: boolean },
  ): Promise<Rendering> {
    for (const path of new Set([...this.#written.keys(), ...texts.keys()])) {
      const original = this.#originals.get(path);
      // Only what was read as a file of the program is ever written.
      if (original === undefined) continue;
      const text = texts.get(path) ?? original;
      if (text === (this.#written.get(path) ?? original)) continue;
      await writeFile(join(this.#directory, path), text);
      this.#written.set(path, text);
    }
    const directory = this.#directory;
    return new Rendering(await runProgram({ ...this.#options, cwd: directory, root: directory, typecheck }));
  }
}
