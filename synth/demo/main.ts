/** `npm run demo`: the main path in one go, on the embedded cluster or on a real one (`-- --kubeconfig FILE`). */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startCluster } from '../../lib/cluster/index.ts';
import { Repository } from '../../lib/git/index.ts';
import { connect } from '../../lib/kube/index.ts';
import { counted, formatKey } from '../../lib/objects/index.ts';
import { planApplications } from '../../lib/plan/index.ts';
import { tree } from '../cli/print-tree.ts';
import { desiredFromBranch, scopeOf } from '../pipeline/desired.ts';
import { AgentProcess, freePort, subjectOf } from './agent-process.ts';
import { type DemoRepository, makeRepository } from './repository.ts';
import { quietGit, Stage } from './stage.ts';

const { values } = parseArgs({ options: { kubeconfig: { type: 'string' } } });
const stage = new Stage();
const directory = mkdtempSync(join(tmpdir(), 'truekeel-demo-'));
const namespace = `truekeel-demo-${randomBytes(3).toString('hex')}`;

const cleanUps: (() => Promise<void> | void)[] = [() => rmSync(directory, { recursive: true, force: true })];
/** Takes back what the demo made, the last thing first, each once. */
async function cleanUp(): Promise<void> {
  for (let undo = cleanUps.pop(); undo; undo = cleanUps.pop()) await undo();
}
let interrupted = false;
process.once('SIGINT', () => {
  interrupted = true;
  void cleanUp().finally(() => process.exit(130));
});
try {
  await play();
} catch (error) {
  // Without its cluster and its repository, the step in progress fails.
  if (!interrupted) throw error;
  process.exitCode = 130;
} finally {
  await cleanUp();
}

async function play(): Promise<void> {
  const kubeconfig = await openCluster();
  const cluster = ['--kubeconfig', kubeconfig];
  const webhook = { port: await freePort(), secret: randomBytes(16).toString('hex') };

  const repository = await stage.step('A Git repository with a typed program', async () => {
    const made = makeRepository(directory, namespace, webhook);
    quietGit(made.clone, 'add', '--all');
    stage.git(made.clone, 'commit', '--quiet', '-m', 'The shop');
    stage.git(made.clone, 'push', '--quiet', 'origin', 'main');
    return made;
  });
  const { clone } = repository;

  await stage.step('Render: one branch an environment', () => stage.truekeel(clone, ['render', '--push']));
  await stage.step('Plan: what would happen in staging', () =>
    stage.truekeel(clone, ['plan', '--environment', 'staging', ...cluster]),
  );
  await stage.step('Apply, in dependency order, until everything is ready', async () => {
    for (const environment of ['staging', 'production']) {
      await stage.truekeel(clone, ['apply', '--environment', environment, '--yes', ...cluster]);
    }
  });
  await stage.step('What runs in production now', () => printTree(clone, kubeconfig, 'production'));
  await stage.step('A change: another image, more replicas, one object less, one more', () =>
    change(repository, kubeconfig),
  );

  const agent = await stage.step('The agent takes over staging', async () => {
    const started = performance.now();
    const args = [
      ...['--repo', repository.remote, '--environment', 'staging', ...cluster],
      ...['--state', join(directory, 'agent'), '--packages', repository.packages],
      // Only the webhook makes it look.
      ...['--webhook-port', String(webhook.port), '--poll', '600'],
    ];
    stage.say(`$ truekeel agent ${args.slice(0, 4).join(' ')} …`);
    const process = new AgentProcess(args, { TRUEKEEL_WEBHOOK_SECRET: webhook.secret });
    cleanUps.push(() => process.stop());
    await process.line(started, ({ msg }) => msg === 'applied');
    stage.say('It follows the repository and the cluster: everything is in step.');
    return process;
  });

  await stage.step('A commit and a plain git push', async () => {
    edit(
      clone,
      "environment('production', [staging], { web: 3, api: 2 })",
      "environment('production', [staging], { web: 3, api: 3 })",
    );
    edit(clone, '{ web: 2, api: 1 }', '{ web: 3, api: 1 }');
    stage.git(clone, 'commit', '--quiet', '-am', 'staging: a third web pod');
    const pushed = performance.now();
    stage.git(clone, 'push', '--quiet', 'origin', 'main');
    const applied = await agent.line(pushed, ({ msg }) => msg === 'applied');
    for (const line of agent.since(pushed)) {
      stage.say(
        `  ${`${Math.round(line.at - pushed)} ms`.padStart(8)}  ${line.msg}  ${subjectOf(line)}`.trimEnd(),
      );
    }
    const written = agent.since(pushed).findLast(({ msg }) => msg === 'changed') ?? applied;
    stage.say(
      `From git push to applied: ${Math.round(written.at - pushed)} ms, to ready: ${Math.round(applied.at - pushed)} ms.`,
    );
  });

  await stage.step('Somebody edits a live object behind Git’s back', async () => {
    const client = await connect({ kubeconfig });
    try {
      const deployments = await client.resource({ group: 'apps', version: 'v1', kind: 'Deployment' });
      const edited = performance.now();
      stage.say('$ kubectl edit deployment web   # replicas: 7');
      await client.patch(
        deployments,
        { namespace: `${namespace}-staging`, name: 'web' },
        { spec: { replicas: 7 } },
        { type: 'merge', fieldManager: 'kubectl-edit' },
      );
      const drift = await agent.line(edited, ({ msg }) => msg.startsWith('drift'));
      const healed = await agent.line(edited, ({ msg }) => msg === 'healed');
      stage.say(`  ${drift.object}: ${drift.because}`);
      stage.say(`Healed ${Math.round(healed.at - edited)} ms after the edit was sent.`);
    } finally {
      await client.close();
    }
  });

  await stage.step('Roll production back', async () => {
    quietGit(clone, 'fetch', '--quiet', 'origin');
    await stage.truekeel(clone, ['rollback', '--environment', 'production', '--yes', '--push']);
    await stage.truekeel(clone, ['apply', '--environment', 'production', '--yes', ...cluster]);
    await stage.truekeel(clone, ['history', '--environment', 'production']);
  });

  await stage.step('Once more: nothing changed costs nothing', () => countRequests(clone, kubeconfig));

  stage.say('');
  stage.say(`Done in ${stage.elapsed}. Three to try next:`);
  stage.say('');
  stage.say(
    '  node synth/cli/main.ts dev --app examples/shop/main.ts   # edit it, and see what each save does',
  );
  stage.say('  node synth/cli/main.ts cluster start         # an embedded cluster for kubectl and truekeel');
  stage.say(
    '  node synth/cli/main.ts plan --files DIR --application web --kubeconfig FILE   # any folder of YAML',
  );
}

/** The kubeconfig of the cluster that the demo plays on. */
async function openCluster(): Promise<string> {
  if (values.kubeconfig !== undefined) {
    const kubeconfig = resolve(values.kubeconfig);
    cleanUps.push(() => deleteNamespaces(kubeconfig));
    stage.say(`On the cluster of ${kubeconfig}, in namespaces ${namespace}-*, which are deleted afterwards.`);
    return kubeconfig;
  }
  return stage.step('Start the embedded cluster', async () => {
    const cluster = await startCluster();
    cleanUps.push(() => cluster.stop());
    const kubeconfig = join(directory, 'kubeconfig');
    writeFileSync(kubeconfig, cluster.kubeconfig(), { mode: 0o600 });
    stage.say(`A Kubernetes API in this process: ${cluster.server}`);
    return kubeconfig;
  });
}

async function printTree(clone: string, kubeconfig: string, environment: string): Promise<void> {
  const [repository, client] = await Promise.all([Repository.discover(clone), connect({ kubeconfig })]);
  try {
    const desired = await desiredFromBranch(repository, environment);
    for (const line of await tree(client, desired.applications, stage.terminal.paint)) stage.say(`  ${line}`);
  } finally {
    repository.close();
    await client.close();
  }
}

/** Edits the program, shows the edit and its outcome, and applies exactly that. */
async function change({ clone }: DemoRepository, kubeconfig: string): Promise<void> {
  const cluster = ['--kubeconfig', kubeconfig];
  edit(clone, 'pause:3.9', 'pause:3.10');
  edit(clone, '{ web: 1, api: 1 }', '{ web: 2, api: 1 }');
  edit(clone, / {4}new ApiObject\(this, 'budget', \{[\s\S]*?\n {4}\}\);\n/, '');
  edit(clone, 'import { ApiObject, Cron, Duration }', 'import { Cron, Duration }');
  edit(
    clone,
    "    new CronJob(this, 'report'",
    "    new ConfigMap(this, 'banner', { data: { text: 'Two for one' } });\n    new CronJob(this, 'report'",
  );
  stage.git(
    clone,
    'diff',
    '--unified=0',
    '--no-prefix',
    ...(stage.terminal.paint('bold', '') === '' ? [] : ['--color=always']),
    'main.ts',
  );
  stage.git(clone, 'commit', '--quiet', '-am', 'Two for one');
  stage.git(clone, 'push', '--quiet', 'origin', 'main');
  await stage.truekeel(clone, ['render', '--push']);
  await stage.truekeel(clone, ['diff', '--environment', 'staging', ...cluster]);
  for (const environment of ['staging', 'production']) {
    const digest = await planDigest(clone, kubeconfig, environment);
    await stage.truekeel(clone, ['apply', '--environment', environment, '--plan', digest, ...cluster]);
  }
}

async function planDigest(clone: string, kubeconfig: string, environment: string): Promise<string> {
  const [repository, client] = await Promise.all([Repository.discover(clone), connect({ kubeconfig })]);
  try {
    const desired = await desiredFromBranch(repository, environment);
    const { applications } = desired;
    return (await planApplications({ client, applications, scope: scopeOf(desired) })).digest;
  } finally {
    repository.close();
    await client.close();
  }
}

async function countRequests(clone: string, kubeconfig: string): Promise<void> {
  const [repository, client] = await Promise.all([Repository.discover(clone), connect({ kubeconfig })]);
  try {
    const desired = await desiredFromBranch(repository, 'production');
    const { applications } = desired;
    const plan = await planApplications({ client, applications, scope: scopeOf(desired) });
    const changed = plan.changes.filter(({ action }) => action !== 'none');
    const { total, byVerb } = client.requests;
    const verbs = Object.entries(byVerb).map(([verb, count]) => `${count} ${verb}`);
    stage.say(
      `${counted(plan.counts.none, 'object')} unchanged, ${changed.map(({ key }) => formatKey(key)).join(', ') || 'nothing'} to do.`,
    );
    stage.say(
      `${counted(total, 'request')} (${verbs.join(', ')}): lists of metadata, none for a single object.`,
    );
  } finally {
    repository.close();
    await client.close();
  }
}

/** Replaces a text of the program. @throws Error when it is not there */
function edit(clone: string, from: string | RegExp, to: string): void {
  const file = join(clone, 'main.ts');
  const before = readFileSync(file, 'utf8');
  const after = before.replace(from, to);
  if (after === before) throw new Error(`the program has no ${from}`);
  writeFileSync(file, after);
}

/** Deletes what the demo made on a real cluster. */
async function deleteNamespaces(kubeconfig: string): Promise<void> {
  const client = await connect({ kubeconfig });
  try {
    const namespaces = await client.resource({ group: '', version: 'v1', kind: 'Namespace' });
    for (const environment of ['staging', 'production']) {
      await client.delete(namespaces, { namespace: '', name: `${namespace}-${environment}` });
    }
    stage.say(`Deleted the namespaces ${namespace}-*.`);
  } finally {
    await client.close();
  }
}
