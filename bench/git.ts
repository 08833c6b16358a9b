/** Git at work, over real smart HTTP (`git http-backend` on loopback): commit and push of a branch of new files, of ten
 * changed ones, fetching those, reading every blob. The peers are the installed Git and isomorphic-git. Times are taken
 * inside of each contestant's process, from the call to its end; the memory is that of the whole process.
 *
 *     node bench/git.ts [--objects 10000] [--rounds 5] */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'rolldown';
import { startGitServer } from '../test/git/http-backend.ts';
import { GIT_PEERS } from './git/contestants.ts';
import { alternate, median, ratio, report, settingsFrom, timeProcess, timing } from './harness.ts';
import { installPeers, versionOf } from './peers.ts';
import { scratch } from './project.ts';
import { GIT, git } from './system-git.ts';

const settings = settingsFrom(process.argv.slice(2), { objects: 10_000, rounds: 5 });

interface Turn {
  readonly times: Readonly<Record<string, number>>;
  readonly peakRssMb: number;
}

/** Rounds of isomorphic-git: it takes minutes. */
const SLOW_ROUNDS = 1;

await report('git', settings, async (progress) => {
  const modules = await installPeers(progress, GIT_PEERS);
  // As it is shipped: taking the types away while it is loaded costs memory that nobody spends.
  const home = scratch('git');
  let turns = 0;
  const program = join(home, 'contest.mjs');
  const input = join(import.meta.dirname, 'git/contest.ts');
  await build({ input, platform: 'node', output: { file: program, format: 'esm' }, logLevel: 'warn' });
  const turn = async (name: string): Promise<Turn> => {
    progress(name);
    const root = join(home, String(turns++));
    mkdirSync(root);
    for (const directory of ['served.git', 'repository.git', 'clone.git']) {
      mkdirSync(join(root, directory));
      await git(join(root, directory), 'init', '--quiet', '--bare', '--initial-branch=rendered/bench');
    }
    await git(join(root, 'served.git'), 'config', 'http.receivepack', 'true');
    const { url, server } = await startGitServer({ root });
    const places = [join(root, 'repository.git'), join(root, 'clone.git'), `${url}/served.git`];
    const command = [process.execPath, program, name, ...places, String(settings.objects), modules] as const;
    const { stdout, peakRssMb } = await timeProcess(command, { env: GIT });
    server.closeAllConnections();
    server.close();
    // What the contestant says about itself.
    const said = JSON.parse(stdout) as { readonly times: Turn['times']; readonly commit: string };
    await git(join(root, 'served.git'), 'fsck', '--strict', '--no-dangling');
    const { stdout: there } = await git(join(root, 'clone.git'), 'ls-tree', '-r', '--name-only', said.commit);
    const files = there.split('\n').length - 1;
    if (files !== settings.objects)
      throw new Error(`${name} fetched ${files} files, not ${settings.objects}`);
    return { times: said.times, peakRssMb };
  };

  progress(`${settings.rounds} rounds`);
  const [own = [], peer = []] = await alternate(settings.rounds, [() => turn('truekeel'), () => turn('git')]);
  const [slow = []] = await alternate(SLOW_ROUNDS, [() => turn('isomorphic-git')]);
  const compare = (what: string) => {
    const of = (turns: readonly Turn[]) => turns.map(({ times }) => times[what] ?? Number.NaN);
    return {
      truekeel: timing(of(own)),
      git: timing(of(peer)),
      isomorphicGit: timing(of(slow)),
      ratioToGit: ratio(of(own), of(peer)),
      ratioToIsomorphicGit: ratio(of(own), of(slow)),
    };
  };
  return {
    peers: [
      (await git('.', '--version')).stdout.trim(),
      `isomorphic-git ${versionOf(modules, 'isomorphic-git')}`,
    ],
    target:
      'for 10,000 files: new under 1000 ms and 2.5 times Git, ten changed under 120 ms, fetch of one commit within 2 times Git, read of all under 250 ms, memory under 200 MB',
    commitAndPushNew: compare('commitAndPushNew'),
    fetchNew: compare('fetchNew'),
    commitAndPushChanged: compare('commitAndPushChanged'),
    fetchOneCommit: compare('fetchOneCommit'),
    readAll: compare('readAll'),
    peakRssMb: {
      truekeel: median(own.map(({ peakRssMb }) => peakRssMb)),
      isomorphicGit: median(slow.map(({ peakRssMb }) => peakRssMb)),
    },
  };
});
