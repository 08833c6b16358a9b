/** From a push to the rendered commit on the remote: the agent, told by its webhook, with examples/shop, over smart HTTP
 * (`git http-backend` on loopback). Taken from the end of the push to the line that says what was rendered, which is pushed by then.
 * The peer is the least that a script could do in its place, in a clone and a work tree that are there: `git pull`, `node
 * main.ts` without a sandbox, `git add`, `git commit`, `git push`.
 *
 *     node bench/push.ts [--rounds 9] [--cli FILE] */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startCluster } from '../lib/cluster/index.ts';
import { freePort } from '../synth/demo/agent-process.ts';
import { startGitServer } from '../test/git/http-backend.ts';
import { alternate, ratio, report, settingsFrom, timeProcess, timing, truekeelCommand } from './harness.ts';
import { copyOfShop, linkPackages, scratch } from './project.ts';
import { GIT, git } from './system-git.ts';

/** As many as each environment of the shop has. */
const settings = settingsFrom(process.argv.slice(2), { objects: 31, rounds: 9 });

/** Rounds before those that count. */
const WARM_UP = 2;

await report('push', settings, async (progress) => {
  const root = scratch('push');
  const { url, server } = await startGitServer({ root });
  const cluster = await startCluster();
  const webhook = { port: await freePort(), secret: randomBytes(16).toString('hex') };
  const source = await makeSource(root, `${url}/agent.git`);
  const script = await makeScript(root, `${url}/script.git`);
  const kubeconfig = join(root, 'kubeconfig');
  writeFileSync(kubeconfig, cluster.kubeconfig());
  const agent = startAgent(`${url}/agent.git`, root, join(source, 'node_modules'), kubeconfig, webhook);
  try {
    const lines = createInterface({ input: agent.stdout! })[Symbol.asyncIterator]();
    await next(lines, 'applied');
    progress(`${settings.rounds} rounds`);
    const [own = [], peer = []] = await alternate(settings.rounds + WARM_UP, [
      async () => {
        await pushChange(source);
        const started = performance.now();
        await call(webhook);
        await next(lines, 'rendered');
        const ms = performance.now() - started;
        await next(lines, 'applied');
        return ms;
      },
      async () => {
        await pushChange(script.source);
        const started = performance.now();
        await script.run();
        return performance.now() - started;
      },
    ]);
    const [counted, ofPeer] = [own.slice(WARM_UP), peer.slice(WARM_UP)];
    return {
      target: 'under 700 ms',
      pushToRendered: timing(counted),
      script: timing(ofPeer),
      ratio: ratio(counted, ofPeer),
    };
  } finally {
    agent.kill('SIGTERM');
    await cluster.stop();
    server.closeAllConnections();
    server.close();
  }
});

/** A remote, and a clone of it with the shop.
 * @returns the clone */
async function makeSource(root: string, remote: string): Promise<string> {
  const served = join(root, remote.slice(remote.lastIndexOf('/') + 1));
  mkdirSync(served);
  await git(served, 'init', '--quiet', '--bare', '--initial-branch=main');
  await git(served, 'config', 'http.receivepack', 'true');
  const clone = copyOfShop('push');
  writeFileSync(join(clone, '.gitignore'), 'node_modules\ndist\n');
  await git(clone, 'init', '--quiet', '--initial-branch=main');
  await git(clone, 'remote', 'add', 'origin', remote);
  await git(clone, 'add', '--all');
  await git(clone, 'commit', '--quiet', '--message=The shop');
  await git(clone, 'push', '--quiet', '--set-upstream', 'origin', 'main');
  return clone;
}

/** What a script renders in: a clone with packages, and a work tree of the branch that it pushes. */
async function makeScript(root: string, remote: string) {
  const source = await makeSource(root, remote);
  const clone = join(root, 'clone');
  const rendered = join(root, 'rendered');
  for (const directory of [clone, rendered]) await git(root, 'clone', '--quiet', remote, directory);
  linkPackages(clone);
  await git(rendered, 'switch', '--quiet', '--orphan', 'rendered/staging');
  const run = async () => {
    await git(clone, 'pull', '--quiet', '--ff-only');
    await timeProcess([process.execPath, '--conditions=source', 'main.ts'], { cwd: clone });
    rmSync(join(rendered, 'objects'), { recursive: true, force: true });
    cpSync(join(clone, 'dist'), join(rendered, 'objects'), { recursive: true });
    await git(rendered, 'add', '--all');
    await git(rendered, 'commit', '--quiet', '--message=Rendered');
    await git(rendered, 'push', '--quiet', 'origin', 'HEAD');
  };
  return { source, run };
}

interface Webhook {
  readonly port: number;
  readonly secret: string;
}

function startAgent(
  remote: string,
  root: string,
  packages: string,
  kubeconfig: string,
  { port, secret }: Webhook,
): ChildProcess {
  const [program, ...args] = truekeelCommand(
    settings,
    'agent',
    ...['--repo', remote, '--environment', 'staging', '--kubeconfig', kubeconfig],
    ...['--state', join(root, 'agent'), '--packages', packages],
    ...['--webhook-port', String(port), '--poll', '600'],
  );
  const env = { ...process.env, ...GIT, TRUEKEEL_WEBHOOK_SECRET: secret };
  return spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Another number of replicas, committed and pushed. */
async function pushChange(clone: string): Promise<void> {
  const file = join(clone, 'sizes.ts');
  const text = readFileSync(file, 'utf8');
  const changed = text.replace(
    /(replicas: \{ least: 1, most: )(\d+)/,
    (_, before, most) => before + (+most + 1),
  );
  writeFileSync(file, changed);
  await git(clone, 'commit', '--quiet', '--all', '--message=One more');
  await git(clone, 'push', '--quiet');
}

/** As GitHub and Gitea do it. */
async function call({ port, secret }: Webhook): Promise<void> {
  const [before, after] = [randomBytes(20).toString('hex'), randomBytes(20).toString('hex')];
  const repository = { full_name: 'bench/shop' };
  const body = JSON.stringify({ ref: 'refs/heads/main', before, after, repository });
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const headers = {
    'x-hub-signature-256': `sha256=${signature}`,
    'x-github-event': 'push',
    'x-github-delivery': randomBytes(16).toString('hex'),
    'content-type': 'application/json',
  };
  const { status } = await fetch(`http://127.0.0.1:${port}/webhook`, { method: 'POST', headers, body });
  if (status !== 202) throw new Error(`the webhook answered ${status}`);
}

async function next(lines: AsyncIterator<string>, msg: string): Promise<void> {
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw new Error('the agent ended');
    const line = JSON.parse(value) as { readonly msg: string; readonly level: string };
    if (line.msg === msg) return;
    if (line.level === 'error') throw new Error(value);
  }
}
