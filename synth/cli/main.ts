#!/usr/bin/env node
/** The `truekeel` command. Kept small: a verb's code is loaded when the verb is used. */
import module from 'node:module';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  process.stderr.write(
    `Truekeel needs Node 24.15 or newer; this is ${process.version}.\n` +
      'In a project, `npm install --save-dev node@26` brings one that npm scripts and npx use.\n',
  );
  process.exit(3);
}
module.enableCompileCache();
const memory = process.argv[2] === 'apply' ? await import('./collect-early.ts') : undefined;
// Before anything is loaded: V8 lets the heap grow for that already.
memory?.collectEarly();
const { headStart } = await import('./head-start.ts');
headStart(process.argv.slice(2), process.cwd(), process.env);
const { run } = await import('./program.ts');
memory?.keepYoungSmall();
process.exitCode = await run(process.argv.slice(2));
for (const stream of [process.stdout, process.stderr]) {
  if (stream.writableLength > 0) await new Promise((done) => stream.once('drain', done));
}
// Everything is done and said; taking the process apart in good order takes longer than some verbs.
process.exit();
