import { expect, it } from 'vitest';
import { live, onBothClusters, unique } from './clusters.ts';
import type { Outcome } from './project.ts';
import { Workbench } from './workbench.ts';

const SECRET = 'correct-horse-battery-staple';
const NEXT = 'hunter2-hunter2-hunter2';

onBothClusters('a folder of YAML', (cluster) => {
  it('is applied without Git, Lists and Secrets included, and no value of a Secret is ever shown', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    const files = (secret: string) => ({
      'manifests/list.yaml': `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Namespace
  metadata: {name: ${namespace}}
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: settings, namespace: ${namespace}}
  data: {on: "yes"}
`,
      'manifests/nested/secret.yml': `# a comment
---
apiVersion: v1
kind: Secret
metadata: {name: login, namespace: ${namespace}}
stringData: {password: ${secret}}
---
apiVersion: v1
kind: Secret
metadata: {name: token, namespace: ${namespace}}
data: {token: ${Buffer.from(secret).toString('base64')}}
`,
    });
    const target = ['--files', 'manifests', '--application', unique('app')];
    const outcomes: Outcome[] = [];
    const run = async (verb: string, flags: readonly string[] = []) => {
      const outcome = await bench.run(verb, [...target, ...flags]);
      outcomes.push(outcome);
      return outcome;
    };
    for (const value of [SECRET, NEXT]) {
      bench.project.write(files(value));
      await run('plan');
      await run('plan', ['-o', 'json']);
      await run('diff');
      const applied = await run('apply', ['--yes', '--log-format', 'json', '-o', 'json']);
      expect(applied.exit, applied.stderr).toBe(0);
      const secret = { apiVersion: 'v1', kind: 'Secret', namespace, name: 'login' };
      expect((await live(cluster(), secret))?.data).toEqual({
        password: Buffer.from(value).toString('base64'),
      });
      expect((await run('plan', ['--exit-code'])).exit).toBe(0);
    }
    const printed = outcomes.map(({ stdout, stderr }) => stdout + stderr).join('\n');
    for (const value of [SECRET, NEXT]) {
      expect(printed).not.toContain(value);
      expect(printed).not.toContain(Buffer.from(value).toString('base64'));
    }
    // What changed is told all the same.
    expect(outcomes.map(({ stdout }) => stdout).join('\n')).toContain('password');
    expect(printed).toContain(`Secret ${namespace}/token`);
  });

  it('does not show the value of a Secret that the server rejects', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    bench.project.write({
      'manifests/all.yaml': `apiVersion: v1
kind: Namespace
metadata: {name: ${namespace}}
---
apiVersion: v1
kind: Secret
metadata: {name: login, namespace: ${namespace}}
type: kubernetes.io/dockerconfigjson
stringData: {.dockerconfigjson: ${SECRET}}
`,
    });
    const target = ['--files', 'manifests', '--application', unique('app'), '--yes'];
    const outcome = await bench.run('apply', [...target, '-o', 'json']);
    expect(outcome.exit).toBe(4);
    expect(outcome.stderr).toContain(`Secret ${namespace}/login`);
    expect(outcome.stdout + outcome.stderr).not.toContain(SECRET);
    expect(outcome.stdout + outcome.stderr).not.toContain(Buffer.from(SECRET).toString('base64'));
  });

  it('keeps the starter policies that the configuration names, before anything is written', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    const image = (tag: string) => `apiVersion: v1
kind: Namespace
metadata: {name: ${namespace}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: ${namespace}}
spec: {containers: [{name: web, image: 'example/web:${tag}'}]}
`;
    bench.project.write({
      'manifests/web.yaml': image('latest'),
      'truekeel.config.ts': `export default { policies: { 'latest-tag': true, 'image-digest': 'warning' } };\n`,
    });
    const target = ['--files', 'manifests', '--application', unique('app'), '--yes'];
    const refused = await bench.run('apply', target);
    expect(refused.exit, refused.stderr).toBe(4);
    expect(refused.stderr).toMatch(
      /error latest-tag: Pod .*web container web runs example\/web:latest.*POLICY_VIOLATED/,
    );
    expect(refused.stderr).toMatch(/written +.*web\.yaml:5/);
    expect(
      await live(cluster(), { apiVersion: 'v1', kind: 'Namespace', namespace: '', name: namespace }),
    ).toBeUndefined();
    bench.project.write({ 'manifests/web.yaml': image('1') });
    const applied = await bench.run('apply', [...target, '--wait=false']);
    expect(applied.exit, applied.stderr).toBe(0);
    expect(applied.stderr).toMatch(
      /warning image-digest: Pod .*web container web runs example\/web:1, which is not/,
    );
  });
});
