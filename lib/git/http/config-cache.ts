/** Keeps the configuration of a repository from one transfer to the next: asking Git for it is a process each time,
 * which costs an agent more than all else that it does to push a few files. */
import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type GitContext, git, splitNul } from '../context.ts';
import { GitConfig } from './git-config.ts';

/** How long files are believed to be all there are: one that an `include` names and that was not there, or another
 * branch for an `includeIf`, shows only in what Git says. */
const MAX_AGE_MS = 5_000;

interface Kept {
  readonly config: GitConfig;
  readonly files: readonly string[];
  readonly stamp: string;
  readonly readAt: number;
}

const kept = new WeakMap<GitContext, Kept>();

/** The configuration as it is now. */
export async function readConfig(context: GitContext): Promise<GitConfig> {
  const last = kept.get(context);
  const isYoung = last !== undefined && performance.now() - last.readAt < MAX_AGE_MS;
  if (isYoung && last.stamp === stampOf(last.files)) return last.config;
  const readAt = performance.now();
  const before = stampOf(usualFiles(context));
  const fields = splitNul(await git(context, ['config', '--list', '-z', '--show-origin']));
  const origins = new Set<string>();
  const entries: (readonly [string, string])[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [origin, entry] = [fields[at]!, fields[at + 1]!];
    if (origin.startsWith('file:'))
      origins.add(resolve(context.workTree ?? context.gitDirectory, origin.slice(5)));
    const end = entry.indexOf('\n');
    // A key without "=" means true.
    entries.push(end < 0 ? [entry, 'true'] : [entry.slice(0, end), entry.slice(end + 1)]);
  }
  const config = new GitConfig(entries);
  const files = [...new Set([...usualFiles(context), ...origins])];
  // Written while Git read it: what is kept would be neither the one nor the other.
  if (before === stampOf(usualFiles(context)))
    kept.set(context, { config, files, stamp: stampOf(files), readAt });
  return config;
}

/** Where configuration may be, also while there is none (git-config, "FILES"). */
function usualFiles({ gitDirectory, objectsDirectory }: GitContext): readonly string[] {
  const home = process.env.HOME ?? homedir();
  return [
    join(gitDirectory, 'config'),
    join(gitDirectory, 'config.worktree'),
    join(dirname(objectsDirectory), 'config'),
    join(home, '.gitconfig'),
    join(process.env.XDG_CONFIG_HOME ?? join(home, '.config'), 'git', 'config'),
  ];
}

/** Changes when a file does, or one of the variables that Git reads configuration from. */
function stampOf(files: readonly string[]): string {
  const variables = Object.entries(process.env).filter(([name]) => name.startsWith('GIT_CONFIG'));
  const states = files.map((file) => {
    const state = statSync(file, { bigint: true, throwIfNoEntry: false });
    return state && `${state.ino} ${state.size} ${state.mtimeNs}`;
  });
  return JSON.stringify([process.env.HOME, variables, files, states]);
}
