import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../objects/index.ts';
import { groupKind, healthOf, isSettled, kindRule, readinessOf } from './index.ts';
import { customRules } from './rules/custom/index.ts';

interface Fact {
  readonly status: string;
  readonly object: KubernetesObject;
}

/** Objects and what kstatus (sigs.k8s.io/cli-utils v0.37.2) computed for them. */
const facts: readonly Fact[] = JSON.parse(
  readFileSync(new URL('./testdata/kstatus.json', import.meta.url), 'utf8'),
);

function deployment(spec: object, status: object = {}): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', generation: 2 },
    spec,
    status,
  };
}

const rolledOut = {
  observedGeneration: 2,
  replicas: 1,
  updatedReplicas: 1,
  readyReplicas: 1,
  availableReplicas: 1,
  conditions: [
    { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' },
    { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
  ],
};

describe('health as kstatus computes it', () => {
  const byKind = Map.groupBy(facts, ({ object }) => groupKind(object));

  const judged = (facts: readonly Fact[]) =>
    facts.map(({ status, object }) => ({ expected: status, health: healthOf(object), object }));
  const hasRule = (kind: string) => Object.hasOwn(customRules.kinds, kind);

  test.each([...byKind].filter(([kind]) => !hasRule(kind)))(
    '%s objects get the status that kstatus gives them',
    (_kind, facts) => {
      expect(judged(facts).filter(({ expected, health }) => health.status !== expected)).toEqual([]);
    },
  );

  test.each([...byKind].filter(([kind]) => hasRule(kind)))(
    '%s has a rule of its own, which only knows more: it never takes for done what kstatus does not',
    (_kind, facts) => {
      const stricter = new Map([
        ['Current', ['Current', 'InProgress']],
        ['InProgress', ['InProgress', 'Failed']],
      ]);
      expect(
        judged(facts).filter(
          ({ expected, health }) => !(stricter.get(expected) ?? [expected]).includes(health.status),
        ),
      ).toEqual([]);
    },
  );

  test('the facts cover every built-in rule with every status it can give', () => {
    const statuses = (kind: string) => new Set(byKind.get(kind)?.map(({ status }) => status));
    expect(statuses('Deployment.apps')).toEqual(
      new Set(['Current', 'InProgress', 'Failed', 'Terminating', 'Unknown']),
    );
    expect(statuses('Pod')).toEqual(new Set(['Current', 'InProgress', 'Failed', 'Terminating', 'Unknown']));
    expect(byKind.size).toBeGreaterThan(25);
  });

  test('an object that is not there is NotFound', () => {
    expect(healthOf(undefined).status).toBe('NotFound');
  });

  test('an object whose status cannot be read is Unknown and says what is wrong with it', () => {
    expect(healthOf(deployment({}, { conditions: 'all well' }))).toEqual({
      status: 'Unknown',
      message: 'status.conditions is not a list',
      reason: 'Unreadable',
    });
  });

  test('whatever JSON stands in spec and status, there is an answer and no exception', () => {
    const custom = Object.keys(customRules.kinds).map((kind) => ({
      apiVersion: `${kind.slice(kind.indexOf('.') + 1)}/v1`,
      kind: kind.slice(0, kind.indexOf('.')),
      metadata: { name: 'x' },
    }));
    const kinds = [...[...byKind.values()].map((facts) => facts[0]!.object), ...custom];
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.jsonValue(), fc.jsonValue(), (object, spec, status) => {
        const changed = { ...object, spec, status };
        expect(healthOf(changed).message).not.toBe('');
        expect(readinessOf(changed).message).not.toBe('');
      }),
    );
  });
});

describe('Paused', () => {
  test('a Deployment whose rollout is paused is Paused, however far it got', () => {
    expect(healthOf(deployment({ paused: true }, rolledOut)).status).toBe('Paused');
    expect(healthOf(deployment({ paused: true, replicas: 3 })).status).toBe('Paused');
  });

  test('a paused Deployment that is being deleted is Terminating', () => {
    const { metadata, ...rest } = deployment({ paused: true });
    const deleted = { ...rest, metadata: { ...metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
    expect(healthOf(deleted as KubernetesObject).status).toBe('Terminating');
  });

  test('a Deployment that was paused a moment ago is InProgress until its controller has seen it', () => {
    expect(healthOf(deployment({ paused: true }, { ...rolledOut, observedGeneration: 1 })).status).toBe(
      'InProgress',
    );
  });

  test('a suspended Job is Paused, unless it is over', () => {
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' }, spec: { suspend: true } };
    expect(healthOf(job).status).toBe('Paused');
    const complete = { ...job, status: { conditions: [{ type: 'Complete', status: 'True' }] } };
    expect(healthOf(complete).status).toBe('Current');
  });

  test('nothing is waited for once an object is Current or Paused', () => {
    expect(isSettled(healthOf(deployment({ paused: true })))).toBe(true);
    expect(isSettled(healthOf(deployment({ replicas: 1, progressDeadlineSeconds: 600 }, rolledOut)))).toBe(
      true,
    );
    expect(isSettled(healthOf(deployment({ replicas: 2 }, rolledOut)))).toBe(false);
  });
});

describe('readiness, where a wait asks for more', () => {
  const job = (status: object): KubernetesObject => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'migrate' },
    spec: { completions: 1 },
    status,
  });

  test('a running Job is Current, but not yet ready', () => {
    const running = job({ startTime: '2026-01-01T00:00:00Z', active: 1 });
    expect(healthOf(running).status).toBe('Current');
    expect(readinessOf(running)).toEqual({
      status: 'InProgress',
      reason: 'JobRunning',
      message: 'running: 1 active, 0 succeeded, 0 failed',
    });
  });

  test('a Job is ready when it completed and failed with the reason of its condition', () => {
    const ended = (type: string, reason: string) =>
      readinessOf(job({ startTime: 'x', failed: 2, conditions: [{ type, status: 'True', reason }] }));
    expect(ended('Complete', 'CompletionsReached').status).toBe('Current');
    expect(ended('Failed', 'BackoffLimitExceeded')).toMatchObject({
      status: 'Failed',
      reason: 'BackoffLimitExceeded',
    });
  });

  test('a pod that ended without success is Current for kstatus and Failed for a wait', () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, status: { phase: 'Failed' } };
    expect(healthOf(pod).status).toBe('Current');
    expect(readinessOf(pod).status).toBe('Failed');
  });

  test('a load balancer is waited for until it has an address', () => {
    const service = (status: object) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's' },
      spec: { type: 'LoadBalancer', clusterIP: '10.0.0.1' },
      status,
    });
    expect(readinessOf(service({})).reason).toBe('LoadBalancerPending');
    expect(readinessOf(service({ loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } })).status).toBe('Current');
  });

  test('a DaemonSet updated OnDelete does not wait for pods that nobody deletes', () => {
    const daemonSet = {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'd', generation: 1 },
      spec: { updateStrategy: { type: 'OnDelete' } },
      status: {
        observedGeneration: 1,
        desiredNumberScheduled: 2,
        currentNumberScheduled: 2,
        numberAvailable: 2,
        numberReady: 2,
      },
    };
    expect(healthOf(daemonSet).reason).toBe('LessUpdated');
    expect(readinessOf(daemonSet).status).toBe('Current');
  });

  test('an APIService without a working backend is waited for', () => {
    const apiService = (status: string) => ({
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1beta1.metrics.k8s.io' },
      status: { conditions: [{ type: 'Available', status, reason: 'MissingEndpoints' }] },
    });
    expect(readinessOf(apiService('False')).reason).toBe('MissingEndpoints');
    expect(readinessOf(apiService('True')).status).toBe('Current');
  });
});

describe('a pod without a node', () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', creationTimestamp: '2026-01-01T00:00:00Z' },
    status: {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }],
    },
  };
  const created = Date.parse('2026-01-01T00:00:00Z');

  test('is given 15 seconds before that is a failure', () => {
    expect(healthOf(pod, { now: created + 14_999 }).status).toBe('InProgress');
    expect(healthOf(pod, { now: created + 15_000 }).status).toBe('Failed');
  });
});

describe('rules as data', () => {
  const rule = kindRule({
    paused: [{ field: 'spec.suspend', in: [true] }],
    failed: [{ type: 'Ready', status: 'False', reason: 'Denied' }],
    current: [{ type: 'Ready', status: 'True' }],
    otherwise: 'InProgress',
  });
  const options = { rules: { 'Order.example.com': rule } };
  const order = (spec: object, conditions: readonly object[] = []): KubernetesObject => ({
    apiVersion: 'example.com/v1',
    kind: 'Order',
    metadata: { name: 'o' },
    spec,
    status: { conditions },
  });

  test('say which conditions mean what', () => {
    expect(healthOf(order({ suspend: true }), options).status).toBe('Paused');
    expect(healthOf(order({}), options).status).toBe('InProgress');
    const denied = [{ type: 'Ready', status: 'False', reason: 'Denied', message: 'no credit' }];
    expect(healthOf(order({}, denied), options)).toEqual({
      status: 'Failed',
      reason: 'Denied',
      message: 'no credit',
    });
    expect(healthOf(order({}, [{ type: 'Ready', status: 'True' }]), options).status).toBe('Current');
  });

  test('do not come before deletion and generation', () => {
    const stale = { ...order({}), metadata: { name: 'o', generation: 2 }, status: { observedGeneration: 1 } };
    expect(healthOf(stale, options).reason).toBe('LatestGenerationNotObserved');
  });
});
