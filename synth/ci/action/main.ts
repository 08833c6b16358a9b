/** The action of GitHub, Gitea and Forgejo: installs Truekeel beside the checkout and runs `truekeel ci` in it. Bundled to
 * `templates/github/action.mjs`, since a runner takes an action as it lies in Git, and runs it with a Node of its own. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { addMask, errorCommand } from './commands.ts';
import { commandLine, type Inputs, readInputs } from './inputs.ts';
import { installCommand, nodeOf } from './install.ts';
import { quietEnvironment, runEnvironment } from './surroundings.ts';

/** Told by the bundler: the release that this action belongs to. */
declare const ACTION_PACKAGE: string;
declare const ACTION_NODE: string;

try {
  process.exitCode = await run(readInputs(process.env));
} catch (error) {
  process.stdout.write(`${errorCommand(error instanceof Error ? error.message : String(error))}\n`);
  process.exitCode = 1;
}

async function run(inputs: Inputs): Promise<number> {
  // Only what runs us reads this output, and it shows the line to nobody.
  for (const line of addMask(inputs.token)) process.stdout.write(`${line}\n`);
  const directory = emptyDirectory();
  const packages = [
    inputs.package || ACTION_PACKAGE,
    `${nodeOf(process.platform, process.arch)}@${ACTION_NODE}`,
  ];
  const [npm, ...args] = installCommand(packages);
  const installed = await exec(npm, args, directory, quietEnvironment(process.env));
  if (installed !== 0) throw new Error(`npm could not install ${packages.join(' and ')}: exit ${installed}`);
  const modules = join(directory, 'node_modules');
  const node = join(modules, nodeOf(process.platform, process.arch), 'bin', 'node');
  const main = join(modules, 'truekeel', 'build', 'synth', 'cli', 'main.js');
  const workspace = process.env.GITHUB_WORKSPACE || process.cwd();
  return exec(
    node,
    [main, ...commandLine(inputs)],
    resolve(workspace, inputs['working-directory']),
    runEnvironment(process.env, inputs.token),
  );
}

/** No directory above it is the repository's: its `.npmrc` names registries, and a pull request may change it. */
function emptyDirectory(): string {
  const parent = process.env.RUNNER_TEMP || tmpdir();
  mkdirSync(parent, { recursive: true });
  const directory = mkdtempSync(join(parent, 'truekeel-'));
  writeFileSync(join(directory, 'package.json'), '{ "private": true }\n');
  return directory;
}

function exec(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { cwd, env, stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
    child.on('error', (error) => failed(new Error(`${command} does not start: ${error.message}`)));
    child.on('close', (code) => done(code ?? 1));
  });
}
