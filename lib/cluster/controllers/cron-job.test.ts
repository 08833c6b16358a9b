import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { healthOf } from '../../health/index.ts';
import type { KubernetesObject } from '../../objects/index.ts';
import { CRON_JOB, JOB } from './kinds.ts';
import { job } from './manifests.ts';
import { startTestCluster, type TestCluster } from './testing.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await startTestCluster();
});
afterEach(() => cluster.stop());

const MINUTES = 60_000;

const report = (spec: object = {}, annotations = {}): KubernetesObject => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'report', namespace: 'default', annotations },
  spec: { schedule: '*/10 * * * *', jobTemplate: { spec: job().spec }, ...spec },
});
const jobs = () => cluster.client.list(JOB, { namespace: 'default' });
const status = () => cluster.get(CRON_JOB, 'report').status;

describe('a CronJob', () => {
  test('is Current from the start and makes no Job before it is due', async () => {
    await cluster.create(report());
    expect(healthOf(cluster.get(CRON_JOB, 'report')).status).toBe('Current');
    await cluster.advance(9 * MINUTES);
    expect(jobs()).toEqual([]);
  });

  test('makes a Job when it is due, and says when it last succeeded', async () => {
    await cluster.create(report());
    await cluster.advance(10 * MINUTES);
    expect(jobs().map(({ metadata }) => metadata.name)).toEqual([
      `report-${Date.parse('2026-01-01T00:10:00Z') / 60_000}`,
    ]);
    expect(status()).toEqual({
      lastScheduleTime: '2026-01-01T00:10:00Z',
      lastSuccessfulTime: '2026-01-01T00:10:00Z',
    });
  });

  test('keeps the latest three successful Jobs', async () => {
    await cluster.create(report());
    await cluster.advance(60 * MINUTES);
    expect(jobs()).toHaveLength(3);
  });

  test('does not start while the Job before still runs, if concurrency is forbidden', async () => {
    await cluster.create(
      report({ concurrencyPolicy: 'Forbid' }, { 'cluster.truekeel.dev/ready-after': '25m' }),
    );
    await cluster.advance(20 * MINUTES);
    expect(jobs()).toHaveLength(1);
    expect(status().active).toHaveLength(1);
  });

  test('that is suspended starts nothing', async () => {
    await cluster.create(report({ suspend: true }));
    await cluster.advance(60 * MINUTES);
    expect(jobs()).toEqual([]);
  });
});
