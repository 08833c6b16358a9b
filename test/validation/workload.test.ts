import { expect, test } from 'vitest';
import type { TruekeelError, TruekeelErrors } from '../../lib/objects/index.ts';
import { project, run } from '../../synth/program/testing/project.ts';

/** What the constructs make without being told otherwise, in the oldest and the newest Kubernetes that is validated. */
const PROGRAM = `import { Cron, Size } from 'cdk8s';
import { App, Application, Config, Environment, EnvironmentSource, Hook, Mount, Policies, ResourceQuota, Workload, WorkloadKind } from 'truekeel';
const app = new App({ policies: Policies.starter() });
const image = 'example/api:1@sha256:${'a'.repeat(64)}';
for (const kubernetesVersion of ['1.27', '1.37']) {
  const name = \`on-\${kubernetesVersion.replace('.', '-')}\`;
  const environment = new Environment(app, name, { namespace: 'shop', kubernetesVersion });
  const web = new Application(environment, 'web', { createNamespace: true });
  new ResourceQuota(web, 'quota', { pods: 100 });
  const environmentFrom = [EnvironmentSource.config(new Config(web, 'settings', { data: { A: 'b' } }))];
  new Workload(web, 'scaled', { image, port: 80, scaling: { min: 2, max: 3 }, environmentFrom });
  new Workload(web, 'three', { image, port: 80, morePorts: { metrics: 9090 }, replicas: 3 });
  const mounts = [Mount.disk('/data', Size.gibibytes(1))];
  new Workload(web, 'stateful', { image, port: 80, kind: WorkloadKind.STATEFUL_SET, mounts });
  new Workload(web, 'daemon', { image, port: 80, kind: WorkloadKind.DAEMON_SET });
  new Workload(web, 'cron', { image, kind: WorkloadKind.CRON_JOB, schedule: Cron.daily(), timeZone: 'Etc/UTC' });
  new Workload(web, 'once', { image, kind: WorkloadKind.JOB, hook: Hook.BEFORE });
}
app.synth();
`;

test('what Workload makes is valid, and keeps every starter policy', async () => {
  const warnings: TruekeelError[] = [];
  const environments = await run(project({ 'main.ts': PROGRAM }), {
    onWarning: (warning) => warnings.push(warning),
  });
  expect(warnings.map(({ message }) => message)).toEqual([]);
  expect(environments.map(({ applications }) => applications[0]?.objects.length)).toEqual([22, 22]);
});

test('what Workload was opened up for does not', async () => {
  const opened = PROGRAM.replace("new Workload(web, 'three',", "const three = new Workload(web, 'three',")
    .replace(
      'const mounts',
      'three.patch(JsonPatch.add(three.podTemplatePath + "/spec/containers/0/securityContext/privileged", true));\n  const mounts',
    )
    .replace('{ Cron, Size }', '{ Cron, JsonPatch, Size }');
  const errors = run(project({ 'main.ts': opened })).then(
    () => [],
    (error: TruekeelErrors) => error.errors.map(({ code, message }) => `${code} ${message}`),
  );
  for (const error of await errors) expect(error).toContain('three');
  expect((await errors).join()).toContain('POLICY_VIOLATED privileged');
});
