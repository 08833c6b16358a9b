import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Results } from '../../synth/cli/results.ts';
import { VERBS } from '../../synth/cli/verbs/index.ts';
import { scratch } from '../git/scratch.ts';
import { embeddedCluster, project } from './clusters.ts';
import { configMap, deployment, program, staging } from './programs.ts';
import { Workbench, withResult } from './workbench.ts';

describe('-o json', () => {
  const cluster = embeddedCluster();

  it('has a schema for every verb that takes it', () => {
    const verbs = VERBS.filter(({ options }) => options.some(({ long }) => long === '--output'));
    expect(verbs.map(({ name }) => name).sort()).toEqual(
      Object.keys(Results)
        .filter((name) => name !== 'failure')
        .sort(),
    );
  });

  it('of synth counts what was written, without Git', async () => {
    const p = project({ 'main.ts': staging('web', { web: { settings: configMap() } }) });
    const out = scratch();
    const outcome = await p.truekeel(['synth', '--out', out, '--no-typecheck', '-o', 'json']);
    expect(outcome.exit, outcome.stderr).toBe(0);
    expect(withResult('synth', outcome).result).toMatchObject({ out, environments: ['staging'], objects: 2 });

    const manifests = ['--files', out, '--application', 'web', '--kubeconfig', cluster().kubeconfig];
    const plan = await p.truekeel(['plan', ...manifests, '-o', 'json']);
    expect(withResult('plan', plan).result.actions.create).toBe(2);
  });

  it('of synth tells what an environment overrides, and the rendered branch does too', async () => {
    const p = project({
      'main.ts': `import { App, Application, Environment, Workload } from 'truekeel';
const app = new App();
const staging = new Environment(app, 'staging', {
  namespace: 'web',
  overrides: [{ path: '/spec/replicas', value: 1, reason: 'staging is small' }],
});
new Workload(new Application(staging, 'web'), 'api', { image: 'a', replicas: 3 });
app.synth();
`,
    });
    const synth = ['synth', '--out', scratch(), '--no-typecheck'];
    const change = { path: 'spec.replicas', before: 3, after: 1, reason: 'staging is small' };
    expect(withResult('synth', await p.truekeel([...synth, '-o', 'json'])).result.overridden).toEqual([
      { environment: 'staging', application: 'web', key: 'Deployment.apps web/api', ...change },
    ]);
    expect((await p.truekeel(synth)).stdout).toContain(
      'staging overrides Deployment.apps web/api spec.replicas 3 → 1: staging is small\n',
    );
    p.commit('The web');
    expect((await p.truekeel(['render', '--no-typecheck'])).exit).toBe(0);
    const { objects } = JSON.parse(p.git('show', 'rendered/staging:web/application.json'));
    expect(objects.map(({ overridden }: { overridden?: object[] }) => overridden)).toContainEqual([change]);
  });

  it('of synth and render has warnings, which stop nothing and are printed too', async () => {
    const lonely = {
      apiVersion: 'v1',
      kind: 'Service',
      spec: { selector: { app: 'none' }, ports: [{ port: 80 }] },
    };
    const p = project();
    p.commit('A program', { 'main.ts': staging('web', { web: { lonely } }) });
    const expected = [
      {
        code: 'SELECTS_NOTHING',
        key: 'Service web/lonely',
        field: 'spec.selector',
        source: { file: 'main.ts' },
      },
    ];
    const synth = await p.truekeel(['synth', '--out', scratch(), '--no-typecheck', '-o', 'json']);
    expect(synth.exit, synth.stderr).toBe(0);
    expect(withResult('synth', synth).result.warnings).toMatchObject(expected);
    expect(synth.stderr).toMatch(
      /^warning Service web\/lonely: spec\.selector selects no pods .* SELECTS_NOTHING$/m,
    );
    const render = await p.truekeel(['render', '--no-typecheck', '-o', 'json']);
    expect(render.exit, render.stderr).toBe(0);
    expect(withResult('render', render).result.warnings).toMatchObject(expected);
  });

  it('of plan with files warns of what may be elsewhere', async () => {
    const p = project({
      'manifests/all.yaml': `apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: default }
data: { a: b }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: default }
spec:
  containers:
    - { name: main, image: a, env: [{ name: A, valueFrom: { configMapKeyRef: { name: settings, key: c } } }] }
`,
      'wrong/all.yaml': '{ apiVersion: v1, kind: ConfigMap, metadata: { name: a }, datta: {} }\n',
    });
    const flags = (folder: string) => [
      '--files',
      folder,
      '--application',
      'web',
      '--kubeconfig',
      cluster().kubeconfig,
      '-o',
      'json',
    ];
    const plan = await p.truekeel(['plan', ...flags('manifests')]);
    expect(plan.exit, plan.stderr).toBe(0);
    expect(plan.stderr).toContain('BROKEN_REFERENCE');
    const wrong = await p.truekeel(['plan', ...flags('wrong')]);
    expect(wrong.exit).toBe(4);
    expect(Results.failure.parse(JSON.parse(wrong.stdout)).errors).toMatchObject([
      { code: 'UNKNOWN_FIELD', field: 'datta', source: { file: 'all.yaml', line: 1 } },
    ]);
  });

  it('of sync has what was rendered and what was applied, environment by environment', async () => {
    const bench = new Workbench(cluster());
    const environment = (suffix: string) => ({
      namespace: `${bench.namespace}-${suffix}`,
      applications: { web: { createNamespace: true, objects: { web: deployment('web') } } },
    });
    const text = program({ staging: environment('s'), production: environment('p') });
    bench.project.commit('Both', { 'main.ts': text });
    const flags = ['--yes', '--no-typecheck', '--kubeconfig', cluster().kubeconfig];
    const { result, exit, stderr } = await bench.json('sync', flags);
    expect(exit, stderr).toBe(0);
    expect(result.rendered.map(({ environment, created }) => ({ environment, created }))).toEqual([
      { environment: 'staging', created: true },
      { environment: 'production', created: true },
    ]);
    expect(result.applied.map(({ actions }) => actions.create)).toEqual([2, 2]);
    // Each result is about its own environment and its own rendered commit.
    expect(result.applied.map(({ rendered }) => rendered?.commit)).toEqual(
      result.rendered.map(({ commit }) => commit),
    );
  });

  it('of health judges the objects of any number of files', async () => {
    const p = project();
    const ready = { ...deployment('web'), metadata: { name: 'web', namespace: 'web', generation: 1 } };
    const status = {
      observedGeneration: 1,
      replicas: 1,
      updatedReplicas: 1,
      readyReplicas: 1,
      availableReplicas: 1,
      conditions: [{ type: 'Available', status: 'True' }],
    };
    writeFileSync(
      join(p.directory, 'list.json'),
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [{ ...ready, status }, ready] }),
    );
    p.write({ 'map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: web }\n' });
    const outcome = await p.truekeel(['health', 'list.json', 'map.yaml', '-o', 'json']);
    expect(outcome.exit, outcome.stderr).toBe(0);
    expect(withResult('health', outcome).result.map(({ key, status }) => `${key} ${status}`)).toEqual([
      'Deployment.apps web/web Current',
      'Deployment.apps web/web InProgress',
      'ConfigMap web/a Current',
    ]);
  });

  it('of doctor says what is well and what is not', async () => {
    const bench = new Workbench(cluster());
    await bench.render(staging(bench.namespace, { web: { settings: configMap() } }));
    const flags = ['--environment', 'staging', '--kubeconfig'];
    const well = await bench.json('doctor', [...flags, cluster().kubeconfig]);
    expect(well.exit, well.stdout).toBe(0);
    expect(well.result.every(({ ok }) => ok)).toBe(true);
    const guest = await bench.json('doctor', [...flags, cluster().guestKubeconfig]);
    expect(guest.exit).toBe(1);
    const faults = guest.result.filter(({ ok }) => !ok);
    expect(faults.length).toBeGreaterThan(0);
    for (const fault of faults) expect(fault.hint).toBeTruthy();
  });
});
