import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { healthOf, readinessOf } from '../../health/index.ts';
import type { KubernetesObject } from '../../objects/index.ts';
import { JOB } from './kinds.ts';
import { job } from './manifests.ts';
import { startTestCluster, type TestCluster } from './testing.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await startTestCluster();
});
afterEach(() => cluster.stop());

const migrate = (): KubernetesObject => cluster.get(JOB, 'migrate');
const phases = () => cluster.pods().map(({ status }) => status.phase);
const conditions = () =>
  migrate().status.conditions?.map(
    ({ type, status, reason }: { type: string; status: string; reason: string }) =>
      `${type}=${status} ${reason}`,
  );

describe('a Job', () => {
  test('completes, with the conditions and times of the real controller', async () => {
    await cluster.create(job({ spec: { completions: 3, parallelism: 2 } }));
    expect(readinessOf(migrate())).toEqual({ status: 'Current', message: 'completed, 3/3 succeeded' });
    expect(conditions()).toEqual([
      'SuccessCriteriaMet=True CompletionsReached',
      'Complete=True CompletionsReached',
    ]);
    expect(migrate().status).toMatchObject({
      succeeded: 3,
      startTime: expect.any(String),
      completionTime: expect.any(String),
    });
    expect(migrate().status).not.toHaveProperty('active');
    expect(phases()).toEqual(['Succeeded', 'Succeeded', 'Succeeded']);
  });

  test('is Current while it runs, but not ready', async () => {
    await cluster.create(job({ templateAnnotations: { 'cluster.truekeel.dev/ready-after': '5s' } }));
    expect(healthOf(migrate()).status).toBe('Current');
    expect(readinessOf(migrate())).toMatchObject({ status: 'InProgress', reason: 'JobRunning' });
    expect(migrate().status).toMatchObject({ active: 1, ready: 1 });
    await cluster.advance(5_000);
    expect(readinessOf(migrate()).status).toBe('Current');
  });

  test('gives up when more pods have failed than backoffLimit allows', async () => {
    await cluster.create(
      job({ annotations: { 'cluster.truekeel.dev/fail': 'job-failed' }, spec: { backoffLimit: 2 } }),
    );
    expect(phases()).toEqual(['Failed', 'Failed', 'Failed']);
    expect(healthOf(migrate())).toMatchObject({ status: 'Failed', reason: 'BackoffLimitExceeded' });
    expect(conditions()).toEqual([
      'FailureTarget=True BackoffLimitExceeded',
      'Failed=True BackoffLimitExceeded',
    ]);
    expect(cluster.eventsAbout('migrate')).toContain(
      'BackoffLimitExceeded: Job has reached the specified backoff limit',
    );
  });

  test('that takes longer than its deadline fails', async () => {
    const slow = { 'cluster.truekeel.dev/ready-after': '1h' };
    await cluster.create(job({ templateAnnotations: slow, spec: { activeDeadlineSeconds: 30 } }));
    await cluster.advance(30_000);
    expect(healthOf(migrate())).toMatchObject({ status: 'Failed', reason: 'DeadlineExceeded' });
    expect(cluster.pods()).toEqual([]);
  });

  test('that is suspended runs nothing until it is resumed', async () => {
    await cluster.create(job({ spec: { suspend: true } }));
    expect(cluster.pods()).toEqual([]);
    expect(healthOf(migrate()).status).toBe('Paused');
    cluster.client.patch(JOB, 'default', 'migrate', { spec: { suspend: false } });
    await cluster.settle();
    expect(readinessOf(migrate()).status).toBe('Current');
  });

  test('gives each pod an index when its completions are indexed', async () => {
    await cluster.create(job({ spec: { completions: 3, parallelism: 3, completionMode: 'Indexed' } }));
    const indexes = cluster
      .pods()
      .map(({ metadata }) => metadata.annotations?.['batch.kubernetes.io/job-completion-index']);
    expect(indexes.toSorted()).toEqual(['0', '1', '2']);
    expect(migrate().status.completedIndexes).toBe('0-2');
  });

  test('goes away when its time to live after the end has passed', async () => {
    await cluster.create(job({ spec: { ttlSecondsAfterFinished: 60 } }));
    await cluster.advance(59_000);
    expect(cluster.client.get(JOB, 'default', 'migrate')).toBeDefined();
    await cluster.advance(1_000);
    expect(cluster.client.get(JOB, 'default', 'migrate')).toBeUndefined();
  });
});
