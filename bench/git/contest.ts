/** One contestant's turn, in a process of its own, so that its memory can be told from the others'.
 *
 *     node bench/git/contest.ts NAME REPOSITORY CLONE URL FILES MODULES */
import { installed } from './installed.ts';
import { isomorphic } from './isomorphic.ts';
import { truekeel } from './truekeel.ts';
import { filesOf } from './workload.ts';

const [name = '', repository = '', clone = '', url = '', files = '', modules = ''] = process.argv.slice(2);
const places = { repository, clone, url };
const count = Number(files);
const CHANGED = 10;

const contestant = await (name === 'truekeel'
  ? truekeel(places)
  : name === 'git'
    ? installed(places)
    : isomorphic(places, modules));

const all = filesOf(count);
const changed = filesOf(count, CHANGED);
const times: Record<string, number> = {};

async function timed<T>(what: string, run: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await run();
  times[what] = performance.now() - started;
  return result;
}

let first: string | undefined;
await timed('commitAndPushNew', async () => {
  first = await contestant.commit(all, count, undefined);
  await contestant.push(first, undefined);
});
await timed('fetchNew', () => contestant.fetch());
let second = '';
await timed('commitAndPushChanged', async () => {
  second = await contestant.commit(changed, CHANGED, first);
  await contestant.push(second, first);
});
await timed('fetchOneCommit', () => contestant.fetch());
const bytes = await timed('readAll', () => contestant.read(second));
contestant.close();

const expected = [...changed.values()].reduce((sum, body) => sum + body.length, 0);
// What cat-file prints has a line before each blob.
if (name !== 'git' && bytes !== expected) throw new Error(`${name} read ${bytes} bytes of ${expected}`);
console.log(JSON.stringify({ times, commit: second }));
process.exit(0);
