/** A repository that is imported: a copy that tools may write into, and the tool that renders what is in it. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { normalised } from '../../../lib/import/index.ts';
import { TruekeelError } from '../../../lib/objects/index.ts';
import type { CommandContext, Flags } from '../command.ts';
import { text } from '../settings.ts';
import { isFolder } from './folders.ts';
import { findKustomize, type Kustomize } from './kustomize.ts';

export class RepositoryCopy implements Disposable {
  /** Of the repository itself. */
  readonly root: string;
  /** The folder that `--path` names, relative to the root; empty for the root. */
  readonly entry: string;
  /** Of the copy. */
  readonly directory: string;
  readonly #context: CommandContext;
  #tool: Promise<Kustomize> | undefined;

  /** @param hint which folder `--path` is to name
   * @throws TruekeelError `INVALID_FLAG` when there is no such folder */
  constructor(path: string, flags: Flags, context: CommandContext, hint: string) {
    this.#context = context;
    this.root = resolve(context.cwd, path);
    this.entry = normalised(text(flags.path) ?? '');
    if (!isFolder(this.root, this.entry)) {
      throw new TruekeelError(`there is no folder ${join(this.root, this.entry)}`, {
        code: 'INVALID_FLAG',
        family: 'usage',
        hint,
      });
    }
    this.directory = mkdtempSync(join(tmpdir(), 'truekeel-import-'));
    const filter = (from: string) => !/[\\/](?:\.git|node_modules)$/.test(from);
    cpSync(this.root, this.directory, { recursive: true, filter });
  }

  /** Looked for when something first needs it. */
  readonly kustomize = (): Promise<Kustomize> => {
    this.#tool ??= findKustomize(this.#context.env);
    return this.#tool;
  };

  /** The line that a program begins with: what it was made of, and by what. */
  async origin(command: string): Promise<string> {
    const rendered = this.#tool ? `, as ${(await this.#tool).version} renders it` : '';
    const parts = [relative(this.#context.cwd, this.root), this.entry];
    const where = parts.filter((part) => part !== '').join('/') || 'this repository';
    return `Made of ${where} by truekeel import ${command}: the same objects${rendered}.`;
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
