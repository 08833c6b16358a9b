/** One contestant's turn, in a process of its own, so that its memory can be told from the others'.
 *
 *     node bench/git/contest.ts NAME REPOSITORY CLONE URL FILES MODULES */
import { contestant } from './contestants.ts';
import { filesOf } from './workload.ts';

const [name = '', repository = '', clone = '', url = '', files = '', modules = ''] = process.argv.slice(2);
const places = { repository, clone, url };
const count = Number(files);
const CHANGED = 10;

const git = await contestant(name, places, modules);

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
  first = await git.commit(all, count, undefined);
  await git.push(first, undefined);
});
await timed('fetchNew', () => git.fetch());
let second = '';
await timed('commitAndPushChanged', async () => {
  second = await git.commit(changed, CHANGED, first);
  await git.push(second, first);
});
await timed('fetchOneCommit', () => git.fetch());
const bytes = await timed('readAll', () => git.read(second));
git.close();

const expected = [...changed.values()].reduce((sum, body) => sum + body.length, 0);
if (bytes !== expected) throw new Error(`${name} read ${bytes} bytes of ${expected}`);
console.log(JSON.stringify({ times, commit: second }));
process.exit(0);
