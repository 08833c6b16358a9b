/** Makes few files of what is loaded before a program runs, on either side: a file more takes a millisecond or less, and
 * there are some thirty. Where code lies is part of what it does (import.meta.url), so nothing changes its directory. */
import { rolldown } from 'rolldown';

const directory = 'build/synth/program';

await bundle({ child: `${directory}/child.js` }, /^node:/);
// What starts programs; what it takes from elsewhere stays one of a kind, such as classes of errors.
await bundle({ ahead: `${directory}/ahead.js`, index: `${directory}/index.js` }, /^node:|\/lib\//);

async function bundle(input, external) {
  const made = await rolldown({ input, platform: 'node', external });
  await made.write({ dir: directory, format: 'esm', chunkFileNames: '[name].js' });
}
