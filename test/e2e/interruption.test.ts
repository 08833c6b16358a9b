import { expect, it } from 'vitest';
import { onBothClusters } from './clusters.ts';
import { configMap, deployment, program, staging } from './programs.ts';
import { Workbench } from './workbench.ts';

onBothClusters('Ctrl-C', (cluster) => {
  const names = Array.from({ length: 30 }, (_, index) => `map${index}`);

  it.each(['created   Namespace', 'created   ConfigMap', 'created   Deployment'])(
    'after "%s" says what was done, and the next run does the rest',
    async (moment) => {
      const bench = new Workbench(cluster());
      const { namespace } = bench;
      const applications = {
        web: {
          createNamespace: true,
          objects: {
            ...Object.fromEntries(names.map((name) => [name, configMap()])),
            web: deployment('web'),
          },
        },
        later: { objects: { later: configMap() }, after: ['web'] },
      };
      await bench.render(program({ staging: { namespace, applications } }));
      const controller = new AbortController();
      const stopped = await bench.apply(['--yes'], {
        signal: controller.signal,
        onLine: (line) => {
          if (line.includes(moment)) controller.abort();
        },
      });
      expect(stopped.exit, stopped.stderr).toBe(130);
      expect(stopped.result.interrupted).toBe(true);
      expect(stopped.stderr).toMatch(/Stopped: .* The next run continues\./);

      // Exactly what was said to be done is done: the rest is left to create.
      const done = stopped.result.actions.create;
      expect(done).toBeGreaterThan(0);
      expect(done).toBeLessThan(33);
      expect((await bench.plan()).result.actions).toMatchObject({ create: 33 - done, change: 0, delete: 0 });
      const next = await bench.apply();
      expect(next.exit, next.stderr).toBe(0);
      expect(next.result.actions).toMatchObject({ create: 33 - done, none: done });
    },
  );

  it('before anything was written leaves nothing behind', async () => {
    const bench = new Workbench(cluster());
    await bench.render(staging(bench.namespace, { web: { settings: configMap() } }));
    const stopped = await bench.run('apply', ['--yes'], { signal: AbortSignal.abort() });
    expect(stopped.exit, stopped.stderr).toBe(130);
    expect((await bench.plan()).result.actions).toMatchObject({ create: 2, none: 0 });
  });
});
