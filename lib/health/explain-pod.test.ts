import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../objects/index.ts';
import { explainPod, explainWorkload } from './index.ts';

function pod(status: object, spec: object = {}): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-0', namespace: 'web' }, spec, status };
}

const waiting = (reason: string, message?: string) => ({
  name: 'web',
  ready: false,
  restartCount: 0,
  state: { waiting: { reason, ...(message !== undefined && { message }) } },
});

const ended = (exitCode: number, reason: string, message?: string) => ({
  terminated: { exitCode, reason, ...(message !== undefined && { message }) },
});

describe('why a pod does not get on', () => {
  test.each([
    'ErrImagePull',
    'ImagePullBackOff',
    'CreateContainerConfigError',
    'CreateContainerError',
    'RunContainerError',
  ])('%s is told with the container and what Kubernetes said, and is tried again', (reason) => {
    const status = { phase: 'Pending', containerStatuses: [waiting(reason, 'details')] };
    expect(explainPod(pod(status))).toEqual({
      reason,
      message: 'container web: details',
      container: 'web',
      restarts: 0,
      terminal: false,
    });
  });

  test('an image name that cannot be one is hopeless', () => {
    const status = { phase: 'Pending', containerStatuses: [waiting('InvalidImageName')] };
    expect(explainPod(pod(status))).toMatchObject({ reason: 'InvalidImageName', terminal: true });
  });

  test('a crash loop tells the exit code, the restarts and the last words', () => {
    const crashing = {
      ...waiting('CrashLoopBackOff'),
      restartCount: 4,
      lastState: ended(2, 'Error', 'no database\n'),
    };
    expect(explainPod(pod({ phase: 'Running', containerStatuses: [crashing] }))).toEqual({
      reason: 'CrashLoopBackOff',
      message: 'container web ended with exit code 2: no database; restarted 4 times, backing off',
      container: 'web',
      exitCode: 2,
      restarts: 4,
      terminal: false,
    });
  });

  test('a crash loop for lack of memory is called by its cause', () => {
    const killed = { ...waiting('CrashLoopBackOff'), restartCount: 1, lastState: ended(137, 'OOMKilled') };
    expect(explainPod(pod({ phase: 'Running', containerStatuses: [killed] }))).toMatchObject({
      reason: 'OOMKilled',
      exitCode: 137,
    });
  });

  test('an init container that fails is told before the containers that wait for it', () => {
    const init = { name: 'migrate', restartCount: 1, state: ended(1, 'Error') };
    const status = {
      phase: 'Pending',
      initContainerStatuses: [init],
      containerStatuses: [waiting('PodInitializing')],
    };
    expect(explainPod(pod(status))).toMatchObject({ container: 'migrate', exitCode: 1, terminal: false });
  });

  test('a failed container of a pod that is never restarted is the end', () => {
    const status = { phase: 'Failed', containerStatuses: [{ name: 'run', state: ended(3, 'Error') }] };
    expect(explainPod(pod(status, { restartPolicy: 'Never' }))).toMatchObject({
      exitCode: 3,
      terminal: true,
    });
  });

  test.each(['Evicted', 'DeadlineExceeded'])('a pod that was ended as a whole says %s', (reason) => {
    const status = {
      phase: 'Failed',
      reason,
      message: 'why',
      containerStatuses: [{ name: 'a', state: ended(137, 'Error') }],
    };
    expect(explainPod(pod(status))).toEqual({ reason, message: 'why', terminal: true });
  });

  test('a pod that no node can take says so', () => {
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message: '0/3 nodes',
    };
    expect(explainPod(pod({ phase: 'Pending', conditions: [condition] }))).toEqual({
      reason: 'Unschedulable',
      message: '0/3 nodes',
      terminal: false,
    });
  });

  test('a pod that runs and is not ready names the container', () => {
    const status = {
      phase: 'Running',
      conditions: [
        { type: 'Ready', status: 'False', reason: 'ContainersNotReady', message: 'unready: [web]' },
      ],
      containerStatuses: [{ name: 'web', ready: false, state: { running: {} } }],
    };
    expect(explainPod(pod(status))).toMatchObject({ reason: 'ContainersNotReady', container: 'web' });
  });

  test('a pod whose readiness gate is closed says so, and blames no container', () => {
    const message = 'corresponding condition of pod readiness gate "acme.io/lb" does not exist.';
    const status = {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady', message }],
      containerStatuses: [{ name: 'web', ready: true, state: { running: {} } }],
    };
    expect(explainPod(pod(status))).toEqual({ reason: 'ReadinessGatesNotReady', message, terminal: false });
  });

  test.each([
    ['just created', {}],
    ['starting', { phase: 'Pending', containerStatuses: [waiting('ContainerCreating')] }],
    ['initializing', { phase: 'Pending', containerStatuses: [waiting('PodInitializing')] }],
    ['completed', { phase: 'Succeeded', conditions: [{ type: 'Ready', status: 'False' }] }],
    ['ready', { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }],
  ])('there is nothing to explain about a pod that is %s', (_state, status) => {
    expect(explainPod(pod(status))).toBeUndefined();
  });

  test('whatever stands in the status, it does not throw', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (containerStatuses, conditions) => {
        const explanation = explainPod(pod({ phase: 'Running', containerStatuses, conditions }));
        expect(explanation === undefined || typeof explanation.reason === 'string').toBe(true);
      }),
    );
  });
});

describe('why a workload has no pods', () => {
  const workload = (kind: string, conditions: unknown): KubernetesObject => ({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'web' },
    status: { conditions },
  });

  test('a quota that is used up is told from the ReplicaFailure condition', () => {
    const message = 'pods "web-" is forbidden: exceeded quota: pods';
    const conditions = [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }];
    expect(explainWorkload(workload('ReplicaSet', conditions))).toEqual({
      reason: 'FailedCreate',
      message,
      terminal: false,
    });
  });

  test('a Job that gave up is the end', () => {
    const conditions = [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: 'm' }];
    expect(explainWorkload(workload('Job', conditions))).toMatchObject({
      reason: 'BackoffLimitExceeded',
      terminal: true,
    });
  });

  test('conditions that tell of nothing, or cannot be read, explain nothing', () => {
    expect(explainWorkload(workload('Deployment', [{ type: 'Available', status: 'False' }]))).toBeUndefined();
    expect(explainWorkload(workload('Deployment', 'text'))).toBeUndefined();
  });
});
