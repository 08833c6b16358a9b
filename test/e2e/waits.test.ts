import { describe, expect, it } from 'vitest';
import { editAs, embeddedCluster, onBothClusters } from './clusters.ts';
import { configMap, deployment, lineOf, program, staging } from './programs.ts';
import { Workbench } from './workbench.ts';

onBothClusters('a wait that fails', (cluster) => {
  it('ends with 6, says why the pods do not run, and keeps what depends on them back', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    const stuck =
      cluster().kind === 'embedded'
        ? deployment('web', { annotations: { 'cluster.truekeel.dev/fail': 'unschedulable' } })
        : deployment('web', { pod: { nodeSelector: { 'example.com/none': 'has-this' } } });
    const applications = {
      web: { createNamespace: true, objects: { web: stuck, settings: configMap() } },
      later: { objects: { later: configMap() }, after: ['web'] },
    };
    const text = program({ staging: { namespace, applications } });
    await bench.render(text);
    const applied = await bench.apply(['--yes', '--timeout', '1']);
    expect(applied.exit, applied.stderr).toBe(6);
    expect(applied.result.errors).toMatchObject([
      {
        code: 'NOT_READY',
        family: 'not-ready',
        key: `Deployment.apps ${namespace}/web`,
        source: { file: 'main.ts', line: lineOf(text, '\'web\', {"apiVersion"') },
        message: expect.stringMatching(/node/),
      },
    ]);
    expect(applied.result.skipped).toMatchObject([{ key: `ConfigMap ${namespace}/later` }]);
    expect(applied.result.actions.create).toBe(3);
    const status = await bench.status(['--exit-code']);
    expect(status.exit).toBe(2);
    expect(status.result.ready).toBe(false);
  });

  it('ends when an object stood still for as long as the flag says, with the finalizers that hold it', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    const held = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'held' };
    await bench.deploy(staging(namespace, { web: { held: configMap(), settings: configMap() } }));
    const finalizers = ['example.com/one', 'example.com/two'];
    await editAs(cluster(), 'controller', held, { metadata: { finalizers } });
    await bench.render(staging(namespace, { web: { settings: configMap() } }));
    const applied = await bench.apply(['--yes', '--no-progress-timeout', '1']);
    await editAs(cluster(), 'controller', held, { metadata: { finalizers: null } });
    expect(applied.exit, applied.stderr).toBe(6);
    expect(applied.result.errors).toMatchObject([
      {
        code: 'NOT_READY',
        key: `ConfigMap ${namespace}/held`,
        message: expect.stringContaining(
          'no progress for 1 s: being deleted, held by the finalizers example.com/one, example.com/two',
        ),
        hint: expect.stringContaining('controller'),
      },
    ]);
  });
});

describe('on the embedded cluster, a workload that asks to fail', () => {
  const cluster = embeddedCluster();

  it.each([
    ['image-pull', [/ImagePullBackOff|ErrImagePull/, /registry\.k8s\.io\/pause:3\.9/]],
    ['crash-loop', [/CrashLoopBackOff/, /exit(ed)?( with)?( code)? 1/, /last words/]],
    ['quota', [/quota/]],
  ])('with %s is reported with the reason that the cluster gives', async (fail, reasons) => {
    const bench = new Workbench(cluster());
    const annotations = {
      'cluster.truekeel.dev/fail': fail,
      'cluster.truekeel.dev/log': 'first\nlast words\n',
    };
    await bench.render(staging(bench.namespace, { web: { web: deployment('web', { annotations }) } }));
    const applied = await bench.run('apply', ['--yes', '--timeout', '2']);
    expect(applied.exit, applied.stderr).toBe(6);
    expect(applied.stderr).toContain('staging/web/web');
    expect(applied.stderr).toMatch(/written +main\.ts:7/);
    expect(applied.stderr).toMatch(/not ready within 2 s/);
    for (const reason of reasons) expect(applied.stderr).toMatch(reason);
  });
});
