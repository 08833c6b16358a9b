import { describe, expect, it } from 'vitest';
import type { JsonObject, KubernetesObject } from '../objects/index.ts';
import { hookHealthOf } from './hook-health.ts';

const object = (
  apiVersion: string,
  kind: string,
  status: JsonObject,
  spec: JsonObject = {},
): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { namespace: 'x', name: 'a' },
  spec,
  status,
});
const conditions = (type: string, status: string) => ({
  conditions: [{ type, status, reason: 'Because', message: 'says why' }],
});
const statusOf = (...given: Parameters<typeof object>) => hookHealthOf(object(...given)).status;

describe('what has to run to its end', () => {
  it('has not when it is a pod that is ready', () => {
    const ready = { phase: 'Running', ...conditions('Ready', 'True') };
    expect(statusOf('v1', 'Pod', ready)).toBe('InProgress');
    expect(statusOf('v1', 'Pod', { phase: 'Succeeded' })).toBe('Current');
    expect(statusOf('v1', 'Pod', { phase: 'Failed' })).toBe('Failed');
    expect(statusOf('v1', 'Pod', { phase: 'Pending' })).toBe('InProgress');
  });

  it('has not when it is suspended', () => {
    expect(statusOf('batch/v1', 'Job', {}, { suspend: true })).toBe('InProgress');
    expect(statusOf('tekton.dev/v1', 'PipelineRun', {}, { status: 'PipelineRunPending' })).toBe('InProgress');
  });

  it('is judged by the rule of its kind, where there is one', () => {
    expect(statusOf('argoproj.io/v1alpha1', 'Workflow', { phase: 'Running' })).toBe('InProgress');
    expect(statusOf('argoproj.io/v1alpha1', 'Workflow', { phase: 'Succeeded' })).toBe('Current');
    expect(statusOf('argoproj.io/v1alpha1', 'Workflow', { phase: 'Failed' })).toBe('Failed');
    expect(statusOf('tekton.dev/v1', 'TaskRun', conditions('Succeeded', 'Unknown'))).toBe('InProgress');
    expect(statusOf('tekton.dev/v1', 'TaskRun', conditions('Succeeded', 'True'))).toBe('Current');
    const rules = { 'Check.acme.io': () => ({ status: 'Current', message: 'by rule' }) as const };
    expect(hookHealthOf(object('acme.io/v1', 'Check', {}), { rules }).message).toBe('by rule');
  });

  it('says so by a condition, where there is none', () => {
    const check = (status: JsonObject) => hookHealthOf(object('acme.io/v1', 'Check', status));
    expect(check({})).toMatchObject({ status: 'InProgress', reason: 'NotEnded' });
    expect(check(conditions('Ready', 'True')).status).toBe('InProgress');
    expect(check(conditions('Ready', 'False')).status).toBe('InProgress');
    for (const type of ['Succeeded', 'Complete', 'Completed']) {
      expect(check(conditions(type, 'True'))).toMatchObject({ status: 'Current', message: 'says why' });
      expect(check(conditions(type, 'Unknown')).status).toBe('InProgress');
    }
    for (const failed of [conditions('Failed', 'True'), conditions('Succeeded', 'False')])
      expect(check(failed)).toEqual({ status: 'Failed', reason: 'Because', message: 'says why' });
    expect(hookHealthOf(undefined).status).toBe('NotFound');
    expect(check({ conditions: 'none' }).status).toBe('Unknown');
  });
});
