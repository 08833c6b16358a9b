// Installs the packed tarball in an empty project, as a user would, and runs what the README shows there.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const work = mkdtempSync(join(tmpdir(), 'truekeel-package-'));
const project = join(work, 'project');
const home = join(work, 'home');
mkdirSync(project);
mkdirSync(home);

// A machine without a cluster and without a Git identity; the npm settings of this one.
const { KUBECONFIG: _, ...env } = process.env;
const run = (command, args, cwd, more = {}) => {
  console.log(`$ ${command} ${args.join(' ')}`);
  const options = {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    // npm lists every file of the package.
    maxBuffer: 64 * 1024 * 1024,
    // Installs take from npm's cache what is there: the install of the checkout has just filled it.
    env: { ...env, GIT_CONFIG_GLOBAL: join(home, 'gitconfig'), npm_config_prefer_offline: 'true', ...more },
  };
  const out = execFileSync(command, args, options);
  console.log(out);
  return out;
};
const expect = (text, pattern) => {
  if (!pattern.test(text)) throw new Error(`expected ${pattern} in:\n${text}`);
};

try {
  const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', work], root));
  writeFileSync(join(project, 'package.json'), '{ "name": "project", "private": true }\n');
  run(
    'npm',
    ['install', '--no-fund', '--no-audit', '--loglevel=error', 'node@26', join(work, filename)],
    project,
  );
  run('npx', ['--no-install', 'truekeel', 'init'], project);
  run('npm', ['test', '--silent'], project);
  expect(run('npx', ['--no-install', 'truekeel', 'sync', '-o', 'json'], project), /"create": [1-9]/);
  expect(
    run('npx', ['--no-install', 'truekeel', 'history', '--environment', 'staging'], project),
    /[0-9a-f]{7}/,
  );
  const door =
    "const { App } = await import('truekeel'); const { applyObjects } = await import('truekeel/apply'); const { render } = await import('truekeel/testing'); console.log(typeof App, typeof applyObjects, typeof render);";
  expect(
    run('npx', ['--no-install', 'node', '--input-type=module', '--eval', door], project),
    /function function function/,
  );
  tryImage(join(work, filename));
  tryAction(join(work, filename));
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** What the image is made by, without a container: its own line installs the tarball, and the command runs. */
function tryImage(tarball) {
  const image = join(work, 'image');
  const dockerfile = readFileSync(join(root, 'templates/image/Dockerfile'), 'utf8');
  const [, install] = /^RUN (npm install .*)$/m.exec(dockerfile);
  const [, bin] = /^ENV PATH=(.*):\$PATH$/m.exec(dockerfile);
  const [, words] = /^CMD (.*)$/m.exec(dockerfile);
  const here = (text) => text.replaceAll('/opt/truekeel', image).replaceAll('/tmp/truekeel.tgz', tarball);
  mkdirSync(image);
  run('sh', ['-ec', here(install)], image);
  const [name, ...args] = JSON.parse(words);
  expect(run(join(here(bin), name), args, image), /Usage: truekeel/);
}

/** The action with the real npm: in a repository, for an event that nothing is to be done for. */
function tryAction(tarball) {
  const workspace = join(work, 'workspace');
  mkdirSync(workspace);
  run('git', ['init', '--quiet'], workspace);
  const output = join(work, 'output');
  writeFileSync(output, '');
  run('node', [join(root, 'templates/github/action.mjs')], workspace, {
    INPUT_PACKAGE: tarball,
    INPUT_TOKEN: 'not-a-token',
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'schedule',
    GITHUB_OUTPUT: output,
    GITHUB_WORKSPACE: workspace,
    RUNNER_TEMP: join(work, 'temp'),
  });
  expect(readFileSync(output, 'utf8'), /^action<<(.*)\nnone\n\1\n$/);
}
