// Runs before `npm test` and `npm run demo`, on Node 20 or newer: installs from the lockfile when that has not
// been done for this lockfile yet. The dependencies bring Node 26, which npm then puts first on PATH.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'node_modules', '.truekeel-lockfile');
const lockfile = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');
const installed =
  existsSync(stamp) &&
  existsSync(join(root, 'node_modules', '.bin', 'node')) &&
  readFileSync(stamp, 'utf8') === lockfile;

if (!installed) {
  console.log('Installing the dependencies from package-lock.json …');
  const started = Date.now();
  const npm = process.env.npm_execpath;
  const [command, args] = npm?.endsWith('.js')
    ? [process.execPath, [npm, 'ci', '--no-fund', '--no-audit', '--loglevel=error']]
    : ['npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error']];
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) {
    console.error(`The install failed${error ? `: ${error.message}` : ''}. Is the npm registry reachable?`);
    process.exit(1);
  }
  writeFileSync(stamp, lockfile);
  console.log(`Installed in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
}
