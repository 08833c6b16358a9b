/** Builds templates/image/Dockerfile with buildah, without a daemon and without a registry, and runs what comes of it: the version, and
 * `truekeel ci` for a push, in a work tree that is mounted. Its base is a Debian of debootstrap with the Node of this checkout and
 * the machine's npm, which stay as a file among the user's caches. Needs `npm run build`. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'truekeel', 'image');
/** As the base that the Dockerfile names has it. */
const USER = 'node';
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const PROGRAM = `import { ApiObject } from 'cdk8s';
import { App, Application, Environment } from 'truekeel';
const app = new App();
const web = new Application(new Environment(app, 'staging', { namespace: 'shop' }), 'web', { createNamespace: true });
new ApiObject(web, 'settings', { apiVersion: 'v1', kind: 'ConfigMap', data: { greeting: 'hello' } });
app.synth();
`;
/** What Woodpecker sets for a push to the default branch. */
const PUSH = {
  CI: 'woodpecker',
  CI_PIPELINE_EVENT: 'push',
  CI_COMMIT_BRANCH: 'main',
  CI_REPO_DEFAULT_BRANCH: 'main',
  CI_REPO: 'ada/shop',
};

const missing = whyNot();
if (missing === undefined) {
  const work = mkdtempSync(join(tmpdir(), 'truekeel-image-'));
  try {
    tryImage(work);
  } finally {
    buildah(work, ['rm', '--all']);
    rmSync(work, { recursive: true, force: true });
  }
} else console.log(`skipped  container image: ${missing}`);

function whyNot(): string | undefined {
  if (process.getuid?.() !== 0) return 'debootstrap and chroot take root';
  const tool = ['buildah', 'debootstrap'].find((name) => spawnSync(name, ['--version']).error);
  return tool && `there is no ${tool}`;
}

function tryImage(work: string): void {
  const context = join(work, 'context');
  mkdirSync(context);
  const packed = run('npm', ['pack', '--json', '--pack-destination', context], ROOT);
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  renameSync(join(context, filename), join(context, 'truekeel.tgz'));
  importBase(work, base(work));
  const file = join(ROOT, 'templates/image/Dockerfile');
  buildah(
    work,
    ['bud', '--isolation', 'chroot', '--pull-never', '--build-arg', 'BASE=localhost/base'].concat([
      '--file',
      file,
      '--tag',
      'localhost/truekeel',
      context,
    ]),
  );
  const container = buildah(work, ['from', '--pull-never', 'localhost/truekeel']).trim();
  const inside = (command: readonly string[], flags: readonly string[] = []) =>
    buildah(work, ['run', '--isolation', 'chroot', ...flags, container, '--', ...command]);
  expect(inside(['truekeel', '--version']), /^\d+\.\d+\.\d+/);
  expect(inside(['id', '--user', '--name']), new RegExp(`^${USER}$`, 'm'));
  expect(inside(['sh', '-c', 'git --version && ssh -V 2>&1']), /git version .*\nOpenSSH/);

  const [origin, workspace] = [join(work, 'origin.git'), join(work, 'workspace')];
  run('git', ['init', '--quiet', '--bare', '--initial-branch=main', origin], work);
  run('git', ['clone', '--quiet', origin, workspace], work);
  writeFileSync(join(workspace, 'main.ts'), PROGRAM);
  writeFileSync(join(workspace, 'package.json'), '{ "type": "module" }\n');
  run('git', ['add', '--all'], workspace);
  const ada = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  run('git', [...ada, 'commit', '--quiet', '--message', 'A shop'], workspace);
  run('git', ['push', '--quiet', 'origin', 'HEAD:main'], workspace);
  run('git', ['remote', 'set-url', 'origin', 'file:///origin.git'], workspace);
  // CI systems mount what is somebody else's; here it is the image's user who pushes to a folder.
  run('chown', ['--recursive', '1000:1000', origin, workspace], work);
  const mounts = ['--volume', `${workspace}:/workspace`, '--volume', `${origin}:/origin.git`];
  const environment = Object.entries(PUSH).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  // Packages come from the registry otherwise.
  const steps = 'cp -R /opt/truekeel/node_modules . && truekeel ci';
  inside(['sh', '-ec', steps], [...mounts, ...environment]);
  const git = ['-c', `safe.directory=${origin}`, '-C', origin];
  expect(run('git', [...git, 'log', '-1', '--format=%B', 'rendered/staging'], work), /^Truekeel-Source: /m);
}

/** @returns a file with everything that is in the base */
function base(work: string): string {
  const node = join(ROOT, 'node_modules/node/bin/node');
  const version = run(node, ['--version'], ROOT).trim();
  const file = join(CACHE, `base-${version}.tar`);
  if (existsSync(file)) return file;
  const root = join(work, 'base');
  const packages = '--include=ca-certificates,libatomic1';
  run('debootstrap', ['--variant=minbase', packages, 'stable', root], work);
  copyFileSync(node, join(root, 'usr/local/bin/node'));
  const npm = dirname(dirname(realpathSync(run('sh', ['-c', 'command -v npm'], work).trim())));
  cpSync(npm, join(root, 'usr/local/lib/npm'), { recursive: true });
  symlinkSync('../lib/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
  run('chroot', [root, 'useradd', '--uid', '1000', '--create-home', USER], work);
  mkdirSync(CACHE, { recursive: true });
  run('tar', ['--create', '--file', `${file}.part`, '--directory', root, '.'], work);
  renameSync(`${file}.part`, file);
  return file;
}

/** What a machine says of certificates it says of its containers. */
function importBase(work: string, file: string): void {
  const container = buildah(work, ['from', 'scratch']).trim();
  buildah(work, ['add', '--quiet', container, file, '/']);
  const certificates = process.env.NODE_EXTRA_CA_CERTS;
  if (certificates !== undefined)
    buildah(work, ['add', '--quiet', container, certificates, '/etc/ssl/extra.pem']);
  const extra = certificates === undefined ? [] : ['--env', 'NODE_EXTRA_CA_CERTS=/etc/ssl/extra.pem'];
  buildah(work, ['config', '--env', `PATH=${PATH}`, ...extra, container]);
  buildah(work, ['commit', '--quiet', container, 'localhost/base']);
}

/** Everything of it is below the folder, and nothing of the machine's own images is seen. */
function buildah(work: string, args: readonly string[]): string {
  const stores = ['--root', join(work, 'storage'), '--runroot', join(work, 'run'), '--storage-driver', 'vfs'];
  return run('buildah', [...stores, ...args], work);
}

function run(command: string, args: readonly string[], cwd: string): string {
  console.log(`$ ${command} ${args.join(' ')}`);
  const out = execFileSync(command, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  console.log(out);
  return out;
}

function expect(text: string, pattern: RegExp): void {
  if (!pattern.test(text)) throw new Error(`expected ${pattern} in:\n${text}`);
}
