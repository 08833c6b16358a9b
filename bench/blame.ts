/** From a field to the commit that gave it its value, through a rendered branch of a thousand commits of which each changes one
 * object, and one in ten the object that is asked about: another field of it, so that the walk goes down to the first commit.
 * The peer is `git log -- <file>`, which names the commits that touched the file, and no more. Own times are from opening the
 * repository until the answer, in this process; the peer's are those of its process.
 *
 *     node bench/blame.ts [--objects 2000] [--rounds 9] */
import { objectHistory } from '../lib/branch/index.ts';
import { Repository } from '../lib/git/index.ts';
import { emitYaml, type JsonObject, keyOf, objectPath } from '../lib/objects/index.ts';
import { parseAddress, resolveAddress } from '../lib/plan/index.ts';
import { fieldOrigins, objectStates } from '../synth/taking-back/field-origins.ts';
import { alternate, ratio, report, settingsFrom, timing } from './harness.ts';
import { scratch } from './project.ts';
import { git } from './system-git.ts';

const COMMITS = 1_000;
const APPLICATIONS = 20;
const settings = settingsFrom(process.argv.slice(2), { objects: 2_000, rounds: 9 });

function deployment(index: number, image: string) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `web-${index}`, namespace: 'shop' },
    spec: { replicas: 2, template: { spec: { containers: [{ name: 'web', image }] } } },
  } satisfies JsonObject;
}

function pathOf(index: number): string {
  return objectPath(`app-${index % APPLICATIONS}`, keyOf(deployment(index, '')));
}

/** The history as `git fast-import` reads it. */
function history(objects: number): Buffer {
  const lines: string[] = [];
  const file = (path: string, text: string) =>
    lines.push(`M 100644 inline ${path}`, `data ${Buffer.byteLength(text)}`, text);
  for (let commit = 0; commit < COMMITS; commit++) {
    const at = `Bench <bench@example.com> ${1_700_000_000 + commit} +0000`;
    lines.push('commit refs/heads/rendered/bench', `author ${at}`, `committer ${at}`, 'data 1', 'x');
    file('truekeel.json', `${commit}`);
    const changed = commit % 10 === 0 ? 0 : 1 + (commit % (objects - 1));
    for (const index of commit === 0 ? Array.from({ length: objects }, (_, all) => all) : [changed])
      file(pathOf(index), emitYaml(deployment(index, `example/web:${commit}`)));
  }
  return Buffer.from(`${lines.join('\n')}\n`);
}

await report('blame', settings, async (progress) => {
  const { objects, rounds } = settings;
  const directory = scratch('blame');
  await git(directory, 'init', '--quiet', '--bare', '--initial-branch=main');
  progress('history');
  await git(directory, 'fast-import', '--quiet', history(objects));
  await git(directory, 'repack', '-adq');
  const asked = deployment(0, '');
  const { address } = resolveAddress(asked, parseAddress('spec.replicas'))!;
  const [first] = (await git(directory, 'rev-list', '--max-parents=0', 'rendered/bench')).stdout.split('\n');
  const own = async () => {
    const started = performance.now();
    using repository = await Repository.open(directory);
    const tip = await repository.resolve('refs/heads/rendered/bench');
    const states = objectStates(repository, objectHistory(repository, tip, keyOf(asked)));
    const [origin] = await fieldOrigins(states, [address]);
    if (origin?.since.commit.oid !== first) throw new Error('another commit was found than the first');
    return performance.now() - started;
  };
  const peer = async () => (await git(directory, 'log', '--format=%H', 'rendered/bench', '--', pathOf(0))).ms;
  await own();
  progress('rounds');
  const [ours = [], theirs = []] = await alternate(rounds, [own, peer]);
  return { commits: COMMITS, truekeel: timing(ours), gitLog: timing(theirs), ratio: ratio(ours, theirs) };
});
