/** Whole-process render and commit: `truekeel render` of a program that makes 10,000 objects, which is as many files
 * on the rendered branch (types are not checked). The peer is the least that committing them takes: `git fast-import` of the very same
 * commit, with nothing to render.
 *
 *     node bench/render.ts [--objects 10000] [--rounds 5] [--cli FILE] */
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { alternate, ratio, report, settingsFrom, timeProcess, timing, truekeelCommand } from './harness.ts';
import { scratch, writeProject } from './project.ts';
import { GIT, git } from './system-git.ts';

const BRANCH = 'rendered/bench';

const settings = settingsFrom(process.argv.slice(2), { objects: 10_000, rounds: 5 });

await report('render', settings, async (progress) => {
  const { objects, rounds } = settings;
  const source = writeProject({ program: 'truekeel', objects, language: 'ts' });
  await git(source, 'init', '--quiet', '--initial-branch=main');
  await git(source, 'add', '.');
  await git(source, 'commit', '--quiet', '--message=A program');

  progress('once, to get the commit for fast-import and to warm the file cache');
  const { repository } = await render(source);
  await expectFiles(repository, objects);
  const { stdout } = await git(repository, 'fast-export', '--reencode=no', BRANCH);
  const stream = Buffer.from(stdout);

  const unchanged: number[] = [];
  const truekeel = async () => {
    const first = await render(source);
    await expectFiles(first.repository, objects);
    unchanged.push((await render(source, first.repository)).ms);
    return first.ms;
  };
  const fastImport = async () => {
    const bare = scratch('bare');
    await git(bare, 'init', '--quiet', '--bare');
    const run = await git(bare, 'fast-import', '--quiet', stream);
    await expectFiles(bare, objects);
    return run.ms;
  };

  progress(`${rounds} rounds`);
  const [own = [], peer = []] = await alternate(rounds, [truekeel, fastImport]);
  return {
    peer: (await git(source, '--version')).stdout.trim(),
    target: 'truekeel under 2000 ms for 10,000 objects',
    truekeel: timing(own),
    /** The same again, with nothing to commit. */
    truekeelUnchanged: timing(unchanged),
    fastImport: timing(peer),
    ratio: ratio(own, peer),
  };
});

/** Renders a repository; without one, a fresh copy of the source, in which nothing was rendered yet. */
async function render(source: string, repository = copyOf(source)) {
  const options = ['--repo', repository, '--environment', 'bench', '--no-typecheck'];
  const command = truekeelCommand(settings, 'render', ...options);
  const { ms } = await timeProcess(command, { cwd: repository, env: GIT });
  return { ms, repository };
}

function copyOf(source: string): string {
  const repository = join(scratch('repository'), 'repository');
  mkdirSync(repository);
  cpSync(source, repository, { recursive: true, verbatimSymlinks: true });
  return repository;
}

async function expectFiles(repository: string, objects: number): Promise<void> {
  const { stdout } = await git(repository, 'ls-tree', '-r', '--name-only', BRANCH);
  const count = stdout.split('\n').filter((path) => path.endsWith('.yaml')).length;
  if (count !== objects) throw new Error(`${count} files were committed, not ${objects}`);
}
