/** Policies of those who apply, held against what a program was let pass when it was rendered. */
import { expect, it } from 'vitest';
import { type ClusterUnderTest, live, onBothClusters } from './clusters.ts';
import { Workbench } from './workbench.ts';

interface Options {
  /** Of the exception from `latest-tag`; there is none when absent. */
  readonly until?: string;
  readonly tag?: string;
}

const program = (
  namespace: string,
  { until, tag = 'latest' }: Options = {},
) => `import { ApiObject } from 'cdk8s';
import { App, Application, Environment, Policies, PolicyException } from 'truekeel';
void PolicyException;
const app = new App({ policies: [Policies.starterRule('latest-tag'), Policies.starterRule('image-digest')] });
const staging = new Environment(app, 'staging', { namespace: '${namespace}' });
const web = new Application(staging, 'web', { createNamespace: true });
new ApiObject(web, 'jobs', {
  apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'jobs' },
  spec: { schedule: '@yearly', jobTemplate: { spec: { template: { spec: {
    restartPolicy: 'Never', containers: [{ name: 'main', image: 'example/web:${tag}' }],
  } } } } },
});
${until === undefined ? '' : `PolicyException.add(web, { policy: 'latest-tag', reason: 'TICKET-7', expires: '${until}' });`}
app.synth();
`;

const ADMISSION = `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: serial}
spec:
  matchConstraints:
    resourceRules:
      - {apiGroups: [batch], apiVersions: [v1], operations: [CREATE], resources: [cronjobs]}
  validations:
    - {expression: "object.spec.concurrencyPolicy != 'Allow'", message: one at a time}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: serial}
spec: {policyName: serial, validationActions: [Deny]}
`;

const config = (value: object) => `export default ${JSON.stringify(value)};\n`;

onBothClusters('a release', (cluster) => {
  const jobs = (under: ClusterUnderTest, namespace: string) =>
    live(under, { apiVersion: 'batch/v1', kind: 'CronJob', namespace, name: 'jobs' });

  it('says on its branch what it was judged by, and what it was let pass', async () => {
    const bench = new Workbench(cluster());
    await bench.deploy(program(bench.namespace, { until: '2999-12-31' }));
    const manifest = JSON.parse(bench.project.git('show', 'rendered/staging:truekeel.json'));
    expect(manifest.policies).toEqual({
      judgedBy: [
        { name: 'image-digest', severity: 'warning' },
        { name: 'latest-tag', severity: 'error' },
      ],
      exceptions: [
        { policy: 'latest-tag', constructPath: 'staging/web', reason: 'TICKET-7', expires: '2999-12-31' },
      ],
    });
    const again = await bench.render(program(bench.namespace, { until: '2999-12-30' }));
    expect(again.result.rendered).toMatchObject([{ created: true }]);
  });

  it('is refused once an exception of it has ended, and not when it was gone back to', async () => {
    const bench = new Workbench(cluster());
    const { namespace, project } = bench;
    await withDate('2026-01-15T12:00:00Z', () => bench.render(program(namespace, { until: '2026-01-31' })));
    const refused = await bench.run('apply', ['--yes']);
    expect(refused.exit, refused.stderr).toBe(4);
    expect(refused.stderr).toMatch(
      /exception from latest-tag that ended on 2026-01-31: TICKET-7.*POLICY_EXCEPTION_ENDED/,
    );
    expect(await jobs(cluster(), namespace)).toBeUndefined();
    expect((await bench.run('plan')).exit).toBe(4);
    expect((await bench.run('status')).exit).toBe(0);

    await bench.deploy(program(namespace, { tag: '2' }));
    const back = await bench.json('rollback', ['--environment', 'staging', '--yes']);
    expect(back.exit, back.stderr).toBe(0);
    const applied = await bench.run('apply', ['--yes', '--wait=false']);
    expect(applied.exit, applied.stderr).toBe(0);
    expect(applied.stderr).toMatch(/warning the release has an exception from latest-tag that ended/);
    expect(project.git('log', '-1', '--format=%s', 'rendered/staging')).toMatch(/^Roll staging back/);
  });

  it('keeps the policies that the configuration names, whatever its program says', async () => {
    const bench = new Workbench(cluster());
    const { namespace, project } = bench;
    const refusedBy = async (value: object): Promise<string> => {
      project.write({ 'truekeel.config.ts': config(value) });
      const { exit, stderr } = await bench.run('apply', ['--yes']);
      expect(exit, stderr).toBe(4);
      expect(await jobs(cluster(), namespace)).toBeUndefined();
      return stderr;
    };
    await bench.render(program(namespace, { until: '2999-12-31' }));
    expect(await refusedBy({ policies: { 'image-digest': 'error' } })).toMatch(
      /error image-digest: CronJob.*example\/web:latest.*POLICY_VIOLATED[\s\S]*main\.ts:7/,
    );
    expect(await refusedBy({ requiredPolicies: ['latest-tag', 'has-owner'] })).toMatch(
      /error the release was not judged by policy has-owner.*POLICY_NOT_KEPT/,
    );
    project.write({ 'policies/serial.yaml': ADMISSION });
    expect(await refusedBy({ admissionPolicies: 'policies' })).toMatch(
      /error serial: CronJob.* is denied: one at a time.*POLICY_VIOLATED/,
    );
    expect(await refusedByUsage(bench)).toMatch(/FILE_UNREADABLE/);

    project.write({
      'truekeel.config.ts': config({ policies: { 'latest-tag': true }, requiredPolicies: ['latest-tag'] }),
    });
    const applied = await bench.run('apply', ['--yes', '--wait=false']);
    expect(applied.exit, applied.stderr).toBe(0);
    expect(await jobs(cluster(), namespace)).toBeDefined();
  });
});

async function refusedByUsage(bench: Workbench): Promise<string> {
  bench.project.write({ 'truekeel.config.ts': config({ admissionPolicies: 'nowhere' }) });
  const { exit, stderr } = await bench.run('apply', ['--yes']);
  expect(exit, stderr).toBe(3);
  return stderr;
}

/** Git takes the dates of commits from the environment. */
async function withDate<T>(date: string, act: () => Promise<T>): Promise<T> {
  process.env.GIT_COMMITTER_DATE = date;
  process.env.GIT_AUTHOR_DATE = date;
  try {
    return await act();
  } finally {
    delete process.env.GIT_COMMITTER_DATE;
    delete process.env.GIT_AUTHOR_DATE;
  }
}
