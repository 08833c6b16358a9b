/** What the command line prints for the demo's program, held to files that were read by a person. To write them anew:
 * `npx vitest run test/e2e/golden -u`, and read what changed. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { packageRoot } from '../../synth/version.ts';
import { editAs, embeddedCluster } from './clusters.ts';
import { Project } from './project.ts';

const cluster = embeddedCluster();

it('the output for people reads as it was approved', async () => {
  const p = new Project();
  onTestFinished(() => p.remove());
  cpSync(join(packageRoot(), 'examples/demo/main.ts'), join(p.directory, 'main.ts'));
  p.write({
    'settings.json': '{ "namespace": "demo" }\n',
    'package.json': '{ "name": "demo", "type": "module" }\n',
  });
  p.commit('The shop');
  const shown = async (
    golden: string,
    verb: string,
    flags: readonly string[] = [],
    exit = 0,
  ): Promise<void> => {
    const connected = ['history', 'rollback', 'render'].includes(verb) || flags[0]?.startsWith('rendered/');
    const target = connected ? [] : ['--kubeconfig', cluster().kubeconfig];
    const args = [verb, ...flags, ...(verb === 'render' ? [] : ['--environment', 'staging'])];
    const outcome = await p.truekeel([...args, ...target]);
    expect(outcome.exit, outcome.stderr).toBe(exit);
    const parts = [
      `$ truekeel ${args.join(' ')}`,
      ...(outcome.stdout === '' ? [] : [outcome.stdout]),
      ...(outcome.stderr === '' ? [] : ['--- standard error', outcome.stderr]),
    ];
    await expect(`${normalised(parts.join('\n'))}\n`).toMatchFileSnapshot(`golden/${golden}.txt`);
  };

  await shown('render', 'render', ['--no-typecheck']);
  await shown('plan', 'plan');
  await shown('apply', 'apply', ['--yes']);
  await shown('apply-again', 'apply', ['--yes']);
  await shown('status', 'status');
  await shown('status-tree', 'status', ['--tree']);

  await editAs(
    cluster(),
    'kubectl-edit',
    { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'demo-staging', name: 'web' },
    { spec: { replicas: 7 } },
  );
  await shown('status-drifted', 'status', ['--exit-code'], 2);
  const text = p.git('show', 'HEAD:main.ts');
  p.commit('A newer image', {
    'main.ts': `${text.replace('pause:3.9', 'pause:3.10').replace('maxUnavailable: 1', 'maxUnavailable: 2')}\n`,
  });
  await p.truekeel(['render', '--no-typecheck']);
  await shown('plan-changes', 'plan');
  await shown('diff', 'diff');
  await shown('diff-commits', 'diff', ['rendered/staging~1', 'rendered/staging']);
  await shown('history', 'history');
  await shown('rollback', 'rollback', ['--yes']);
  await shown('history-held', 'history');
  await shown('no-approval', 'apply', [], 3);
});

/** Takes out what differs from run to run, keeping the width of columns. */
function normalised(text: string): string {
  const lines = text
    .replaceAll(/https:\/\/127\.0\.0\.1:\d+/g, 'https://127.0.0.1:6443')
    .replaceAll(/\b[0-9a-f]{40}\b/g, (id) => 'c'.repeat(id.length))
    .replaceAll(/\b[0-9a-f]{12}\b/g, (id) => 'c'.repeat(id.length))
    .replaceAll(/\b(?=[0-9a-f]*\d)[0-9a-f]{7}\b|\b[a-f]{7}\b/g, 'ccccccc')
    .replaceAll(/sha256:[0-9a-f]+/g, (digest) => `sha256:${'d'.repeat(digest.length - 7)}`)
    .replaceAll(/\b\d{4}-\d\d-\d\d([T ])\d\d:\d\d/g, '2026-01-01$112:00')
    .replaceAll(
      /(Pod|ReplicaSet|Job) ((?:[a-z]+-)*?[a-z]+)-[a-z0-9]{8,10}(-[a-z0-9]{5})?(?= )/g,
      '$1 $2-xxxxx',
    )
    .replaceAll(/\b\d+(\.\d+)? m?s\b/g, '0 s')
    .replaceAll(/\bwith \d+ requests/g, 'with N requests')
    .split('\n');
  // How wide the column of durations is depends on what they are.
  if (text.startsWith('$ truekeel history'))
    return lines.map((line) => line.replaceAll(/ {2,}/g, '  ')).join('\n');
  return withoutOrder(lines.filter((line) => !/^ {2}waiting /.test(line))).join('\n');
}

/** What is done at the same time is told in any order: such lines are sorted. */
function withoutOrder(lines: readonly string[]): readonly string[] {
  const isProgress = (line: string) => /^ {2}(created|changed|deleted|ready|adopted) /.test(line);
  const first = lines.findIndex(isProgress);
  if (first < 0) return lines;
  const last = lines.findLastIndex(isProgress);
  return [...lines.slice(0, first), ...lines.slice(first, last + 1).sort(), ...lines.slice(last + 1)];
}
