/** Rules that a program brings along, from the program to everything that judges objects. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { widgetDefinition } from '../../lib/apply/testing/engine.ts';
import { onBothClusters, unique } from './clusters.ts';
import { Workbench, withResult } from './workbench.ts';

onBothClusters('health rules of a program', (cluster) => {
  const group = `${unique('rules')}.example.com`;
  const definition = JSON.stringify(widgetDefinition(group));
  const program = (
    namespace: string,
    phase: string,
    current: string,
  ) => `import { ApiObject, Duration } from 'cdk8s';
import { App, Application, Environment, HealthRule } from 'truekeel';
const app = new App();
const rule = HealthRule.of({
  group: '${group}',
  kind: 'Widget',
  failed: 'object.status.phase == "Broken"',
  current: '${current}',
  message: '"it is " + object.status.phase',
});
const staging = new Environment(app, 'staging', { namespace: '${namespace}', health: [rule] });
const web = new Application(staging, 'web', { createNamespace: true, waitTimeout: Duration.millis(1500) });
new ApiObject(web, 'kind', ${definition});
new ApiObject(web, 'main', { apiVersion: '${group}/v1', kind: 'Widget', status: { phase: '${phase}' } });
app.synth();
`;
  const READY = 'object.status.phase == "Ready"';

  it('decide when a wait ends, what status says, and what health says of files', async () => {
    const bench = new Workbench(cluster());
    const text = (phase: string) => program(bench.namespace, phase, READY);
    await bench.render(text('Starting'));
    const slow = await bench.apply();
    expect(slow.exit, slow.stderr).toBe(6);
    expect(slow.result.errors).toMatchObject([
      { code: 'NOT_READY', message: expect.stringMatching(/not ready within 1\.5 s: it is Starting/) },
    ]);
    expect((await bench.status()).result.objects.find(({ key }) => key.startsWith('Widget'))).toMatchObject({
      health: 'InProgress',
      message: 'it is Starting',
    });

    await bench.render(text('Broken'));
    expect((await bench.apply()).result.errors).toMatchObject([
      { code: 'FAILED', message: expect.stringMatching(/failed: it is Broken/) },
    ]);

    await bench.deploy(text('Ready'));
    expect((await bench.status()).result.ready).toBe(true);

    const widget = {
      apiVersion: `${group}/v1`,
      kind: 'Widget',
      metadata: { name: 'x' },
      status: { phase: 'Broken' },
    };
    writeFileSync(
      join(bench.project.directory, 'widget.json'),
      JSON.stringify([widget, { ...widget, status: {} }]),
    );
    const judged = async (...flags: readonly string[]) => {
      const outcome = await bench.project.truekeel(['health', 'widget.json', ...flags, '-o', 'json']);
      expect(outcome.exit, outcome.stderr).toBe(0);
      return withResult('health', outcome).result.map(({ status }) => status);
    };
    expect(await judged('--environment', 'staging')).toEqual(['Failed', 'Unknown']);
    expect(await judged()).toEqual(['Current', 'Current']);
  });

  it('that are no CEL stop the rendering, with the line of the environment', async () => {
    const bench = new Workbench(cluster());
    bench.project.commit('A mistake', {
      'main.ts': program(bench.namespace, 'Ready', 'object.status.phase =='),
    });
    const outcome = await bench.project.truekeel(['render', '--no-typecheck']);
    expect(outcome.exit).toBe(4);
    expect(outcome.stderr).toMatch(
      /health rule for Widget\.\S+ of environment staging: current: [\s\S]*written +main\.ts:11:/,
    );
  });
});
