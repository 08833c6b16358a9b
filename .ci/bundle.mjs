/** Makes few files of what is loaded before a program runs, on either side, and of the constructs, which every program
 * loads: a file more takes half a millisecond or more, and there are some eighty. Where code lies is part of what it does
 * (import.meta.url), so nothing changes its directory. Comes after jsii, which writes the constructs. */
import { globSync, rmSync } from 'node:fs';
import { rolldown } from 'rolldown';

const program = 'build/synth/program';
const constructs = 'build/lib/constructs';

await bundle(program, { child: `${program}/child.js` }, /^node:/);
// What starts programs; what it takes from elsewhere stays one of a kind, such as classes of errors.
await bundle(program, { ahead: `${program}/ahead.js`, index: `${program}/index.js` }, /^node:|\/lib\//);
// Likewise: other rooms and packages stay what they are.
await bundle(constructs, { index: `${constructs}/index.js` }, /^(?:node:|\.\.\/|cdk8s$|constructs$)/);
for (const file of globSync(`${constructs}/*.js`, { exclude: [`${constructs}/index.js`] })) rmSync(file);

async function bundle(directory, input, external) {
  const made = await rolldown({ input, platform: 'node', external });
  await made.write({ dir: directory, format: 'esm', chunkFileNames: '[name].js' });
}
