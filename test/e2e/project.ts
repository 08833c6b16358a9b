/** A scratch Git repository with a program, and the command line run in it, as a user would. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { run } from '../../synth/cli/program.ts';
import { linkPackages } from '../../synth/program/testing/project.ts';
import { recorder } from './terminal.ts';

export interface Outcome {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Answers at the prompt; with none, there is nobody to ask. */
  readonly answers?: readonly string[];
  readonly signal?: AbortSignal;
  readonly cwd?: string;
  /** The environment; this process's own when absent. */
  readonly env?: NodeJS.ProcessEnv;
  /** Sees every line as it is printed, wherever to. */
  readonly onLine?: (line: string) => void;
}

export class Project {
  readonly directory: string;

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.directory = mkdtempSync(join(tmpdir(), 'truekeel-project-'));
    linkPackages(this.directory);
    this.git('init', '--quiet', '--initial-branch=main');
    // Programs that run with this as their home keep things there.
    writeFileSync(join(this.directory, '.git/info/exclude'), '.cache\n');
    this.git('config', 'user.name', 'A Developer');
    this.git('config', 'user.email', 'developer@example.com');
    // A name of its own: projects with the same name would share environments in a cluster.
    const name = basename(this.directory).toLowerCase();
    const manifest = `${JSON.stringify({ name, type: 'module' })}\n`;
    this.write({ '.gitignore': 'node_modules\n', 'package.json': manifest, ...files });
  }

  /** Writes files; undefined removes one. */
  write(files: Readonly<Record<string, string | undefined>>): void {
    for (const [name, content] of Object.entries(files)) {
      const path = join(this.directory, name);
      if (content === undefined) rmSync(path, { force: true });
      else {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, content);
      }
    }
  }

  git(...args: readonly string[]): string {
    return execFileSync('git', args, { cwd: this.directory, encoding: 'utf8' }).trim();
  }

  /** Writes the files and commits everything; returns the commit. */
  commit(subject: string, files: Readonly<Record<string, string | undefined>> = {}): string {
    this.write(files);
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message', subject);
    return this.git('rev-parse', 'HEAD');
  }

  /** Runs `truekeel` in the repository. */
  async truekeel(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    const terminal = recorder(options.answers, options.onLine);
    const exit = await run(args, {
      terminal,
      cwd: options.cwd ?? this.directory,
      ...(options.signal && { signal: options.signal }),
      ...(options.env && { env: options.env }),
    });
    return { exit, stdout: terminal.stdout, stderr: terminal.stderr };
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
