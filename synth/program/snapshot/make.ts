/** Makes a snapshot: `node make.ts PROGRAM PACKAGE…`. The packages are loaded in a process that may read them and
 * nothing else, as programs do. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { environmentFor } from '../sandbox.ts';
import { snapshotStore } from './index.ts';
import { contentOf, packageDirectory } from './packages.ts';
import { type SnapshotContent, snapshotScript } from './script.ts';

const LONGEST_MS = 60_000;

const [program = '', ...names] = process.argv.slice(2);
// Others are at work, and wait for what they do.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
const directories = names.flatMap((name) => packageDirectory(name, program) ?? []);
const store = snapshotStore(program);
store?.exclusively(() => {
  const content = contentOf(directories);
  const packages = names.filter((name) => packageDirectory(name, program) !== undefined);
  store.save(packages, content.files, (blob) => make(content, blob));
});

function make(content: SnapshotContent, blob: string): void {
  const directory = mkdtempSync(join(tmpdir(), 'truekeel-snapshot-'));
  const script = join(directory, 'script.js');
  try {
    writeFileSync(script, snapshotScript(content));
    execFileSync(
      process.execPath,
      [
        '--permission',
        `--allow-fs-read=${directory}${sep}*`,
        ...new Set(content.files.map((file) => `--allow-fs-read=${dirname(file)}${sep}*`)),
        `--snapshot-blob=${blob}`,
        '--build-snapshot',
        script,
      ],
      { env: environmentFor({}), stdio: 'ignore', timeout: LONGEST_MS, cwd: directory },
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
