/** Whole-process `truekeel apply` of a rendered branch when nothing changed, and when one object did, at growing numbers of
 * objects, on a real API server without controllers. The peer applies the same files: `kubectl apply --server-side`, which
 * has to send all of them again. Requests are counted by the server's audit log.
 *
 *     node bench/unchanged.ts [--objects 1000,5000,10000] [--rounds 5] [--cli FILE] [--no-kubectl] */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { send } from '../test/controlplane/connection.ts';
import { type AuditedRequest, type ControlPlane, startControlPlane } from '../test/controlplane/index.ts';
import { type Command, median, report, timeProcess, truekeelCommand } from './harness.ts';
import { scratch, writeProject } from './project.ts';
import { GIT, git } from './system-git.ts';

const { values } = parseArgs({
  options: {
    objects: { type: 'string', default: '1000,5000,10000' },
    rounds: { type: 'string', default: '5' },
    cli: { type: 'string', default: 'synth/cli/main.ts' },
    'no-kubectl': { type: 'boolean', default: false },
  },
});
const sizes = values.objects.split(',').map(Number);
const settings = { objects: Math.max(...sizes), rounds: Number(values.rounds), cli: values.cli };

await report('unchanged', settings, async (progress) => ({
  target:
    'nothing changed, 5,000 objects: under 20 requests and 800 ms; one changed of 10,000: at most 3 requests beside the lists',
  sizes: await inTurn(sizes, (objects) => measureSize(objects, progress)),
}));

async function measureSize(objects: number, progress: (line: string) => void): Promise<object> {
  await using plane = await startControlPlane({ nodes: 'none', onProgress: progress });
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'units' } };
  await send(plane.connection, 'POST', '/api/v1/namespaces', namespace);
  const repository = await makeRepository(objects);
  progress(`${objects} objects: first apply`);
  const first = await run(plane, repository, apply(plane, repository));

  progress(`${objects} objects: nothing changed, ${settings.rounds} rounds`);
  const unchanged = await rounds(() => run(plane, repository, apply(plane, repository)));

  progress(`${objects} objects: one changed, ${settings.rounds} rounds`);
  const changed = await rounds(async (round) => {
    await changeOne(repository, round);
    return run(plane, repository, apply(plane, repository));
  });
  return {
    objects,
    firstMs: Math.round(first.ms),
    unchanged: summary(unchanged),
    oneChanged: summary(changed),
    ...(values['no-kubectl']
      ? {}
      : { kubectlUnchanged: await kubectl(plane, repository, objects, progress) }),
  };
}

interface Run {
  readonly ms: number;
  readonly peakRssMb: number;
  readonly requests: readonly AuditedRequest[];
}

async function run({ audit }: ControlPlane, cwd: string, command: Command): Promise<Run> {
  const mark = await audit.mark();
  const { ms, peakRssMb } = await timeProcess(command, { cwd, env: GIT });
  return { ms, peakRssMb, requests: await audit.since(mark) };
}

function rounds(measure: (round: number) => Promise<Run>): Promise<readonly Run[]> {
  return inTurn(
    Array.from({ length: settings.rounds }, (_, round) => round),
    measure,
  );
}

async function inTurn<T, R>(given: readonly T[], one: (value: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (const value of given) results.push(await one(value));
  return results;
}

function summary(runs: readonly Run[]): object {
  const requests = runs.at(-1)?.requests ?? [];
  const lists = requests.filter(({ verb, name }) => verb === 'list' || (verb === 'get' && name === ''));
  return {
    medianMs: Math.round(median(runs.map(({ ms }) => ms))),
    ms: runs.map(({ ms }) => Math.round(ms)),
    peakRssMb: Math.max(...runs.map(({ peakRssMb }) => peakRssMb)),
    requests: requests.length,
    /** Lists, and reading what the server serves. */
    lists: lists.length,
    others: requests
      .filter((request) => !lists.includes(request))
      .map(({ verb, uri }) => `${verb} ${uri.split('?')[0]}`),
  };
}

function apply({ kubeconfig }: ControlPlane, repository: string): Command {
  const options = ['--repo', repository, '--environment', 'bench', '--kubeconfig', kubeconfig];
  return truekeelCommand(settings, 'apply', ...options, '--yes', '--wait=false', '-o', 'json');
}

async function makeRepository(objects: number): Promise<string> {
  const repository = writeProject({ program: 'truekeel', objects, language: 'ts' });
  await git(repository, 'init', '--quiet', '--initial-branch=main');
  await commitAndRender(repository, 'A program');
  return repository;
}

async function commitAndRender(repository: string, message: string): Promise<void> {
  await git(repository, 'add', '.');
  await git(repository, 'commit', '--quiet', `--message=${message}`);
  const options = ['--repo', repository, '--environment', 'bench', '--no-typecheck'];
  await timeProcess(truekeelCommand(settings, 'render', ...options), { cwd: repository, env: GIT });
}

/** Another greeting in the first of the ConfigMaps. */
async function changeOne(repository: string, round: number): Promise<void> {
  const file = join(repository, 'units.ts');
  const text = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    text.replace(
      /greeting: .*$/m,
      `greeting: unit === 0 ? 'round ${round}' : \`hello from unit \${unit}\` },`,
    ),
  );
  await commitAndRender(repository, `Round ${round}`);
}

/** Once: it takes its time. */
async function kubectl(
  plane: ControlPlane,
  repository: string,
  objects: number,
  progress: (line: string) => void,
): Promise<object> {
  const program = plane.connection.kubectl;
  if (program === undefined) throw new Error('there is no kubectl to measure against');
  const directory = scratch('files');
  await timeProcess(
    truekeelCommand(
      settings,
      'synth',
      '--repo',
      repository,
      '--app',
      'main.ts',
      '--out',
      directory,
      '--no-typecheck',
    ),
    { cwd: repository, env: GIT },
  );
  progress(`${objects} objects: kubectl, once`);
  const cache = `--cache-dir=${join(plane.connection.directory, 'kubectl')}`;
  const options = ['apply', '--server-side', '--force-conflicts', '--recursive', '-f', directory];
  const command: Command = [program, `--kubeconfig=${plane.kubeconfig}`, cache, ...options];
  // Before, to be owner of its fields, too: then nothing changes.
  await timeProcess(command);
  const again = await run(plane, repository, command);
  return { ms: Math.round(again.ms), requests: again.requests.length };
}
