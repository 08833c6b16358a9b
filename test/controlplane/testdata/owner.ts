/** Starts a server, says so, and waits to be killed by the test. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProcessGroup } from '../processes.ts';

const directory = mkdtempSync(join(tmpdir(), 'truekeel-owner-'));
const { pid } = new ProcessGroup(directory).start('server', process.execPath, [
  '-e',
  'setInterval(() => {}, 1000)',
]);
console.log(JSON.stringify({ pid, directory }));
setInterval(() => {}, 1000);
