/** Whole-process review of a change: `truekeel review`, both commits rendered and compared, up to the text of the comment; of
 * a program that makes 2,000 objects in two environments. Once with every Deployment changed, once with nothing changed. The peer is
 * what one would take otherwise: `cdk8s synth` of the same objects at both commits, and `git diff` of what they wrote; which
 * says nothing of consequences.
 *
 *     node bench/review.ts [--objects 2000] [--rounds 5] [--cli FILE] */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alternate, ratio, report, settingsFrom, timeProcess, timing, truekeelCommand } from './harness.ts';
import { installPeers, versionOf } from './peers.ts';
import { scratch, writeProject } from './project.ts';
import { GIT, git } from './system-git.ts';

const settings = settingsFrom(process.argv.slice(2), { objects: 2000, rounds: 5 });

await report('review', settings, async (progress) => {
  const { objects, rounds } = settings;
  const modules = await installPeers(progress);
  const repository = writeProject({ program: 'environments', objects, language: 'ts' });
  await git(repository, 'init', '--quiet', '--initial-branch=main');
  await commit(repository, 'A program');
  await git(repository, 'checkout', '--quiet', '-b', 'change');
  change(repository);
  await commit(repository, 'Another version');
  const before = writeProject({ program: 'cdk8s', objects, language: 'ts' });
  const after = writeProject({ program: 'cdk8s', objects, language: 'ts' });
  change(after);

  const review = async (head: string, expected: string) => {
    const options = ['--repo', repository, '--base', 'main', '--head', head, '--offline', '--no-typecheck'];
    const command = truekeelCommand(settings, 'review', ...options, '--output', 'markdown');
    const run = await timeProcess(command, { cwd: repository, env: GIT });
    if (!run.stdout.includes(expected)) throw new Error(`the review does not say "${expected}"`);
    return run.ms;
  };
  const deployments = Math.floor(objects / 2 / 3);
  const changed = () => review('change', `**production** ${deployments} to change`);
  const unchanged = () => review('main', '**production** nothing to do');
  const peer = async () => {
    const synth = async (cwd: string) => {
      const out = scratch('out');
      const cli = join(modules, 'cdk8s-cli', 'bin', 'cdk8s');
      const command = [process.execPath, cli, 'synth', '--app', 'node main.ts', '--output', out] as const;
      return { out, ms: (await timeProcess(command, { cwd })).ms };
    };
    const [old, now] = [await synth(before), await synth(after)];
    const started = performance.now();
    // 1 says that there are differences.
    await git(before, 'diff', '--no-index', '--stat', old.out, now.out).catch(() => undefined);
    return old.ms + now.ms + performance.now() - started;
  };

  progress('once, to warm the file cache');
  await changed();
  progress(`${rounds} rounds`);
  const [own = [], same = [], other = []] = await alternate(rounds, [changed, unchanged, peer]);
  return {
    peer: `cdk8s-cli ${versionOf(modules, 'cdk8s-cli')}`,
    target: 'truekeel under 3000 ms for 2,000 objects in two environments',
    truekeel: timing(own),
    truekeelUnchanged: timing(same),
    twoSynthsAndDiff: timing(other),
    ratio: ratio(own, other),
  };
});

async function commit(repository: string, subject: string): Promise<void> {
  await git(repository, 'add', '.');
  await git(repository, 'commit', '--quiet', `--message=${subject}`);
}

function change(directory: string): void {
  const file = join(directory, 'units.ts');
  writeFileSync(file, readFileSync(file, 'utf8').replace('example/web:1.', 'example/web:2.'));
}
