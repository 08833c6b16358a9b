/** Whether Kubernetes takes what the constructs make, and refuses what they refuse. */
import { Size } from 'cdk8s';
import { beforeAll, expect, it } from 'vitest';
import { send } from '../../test/controlplane/connection.ts';
import { describeOnControlPlane } from '../../test/controlplane/suite.ts';
import type { KubernetesObject } from '../objects/index.ts';
import type { Application } from './index.ts';
import {
  Cpu,
  LimitRange,
  PodCount,
  PodDisruptionBudget,
  PriorityClass,
  QuotaScope,
  ResourceQuota,
  UnhealthyPods,
} from './index.ts';
import { objectsOf, problemsOf } from './testing.ts';

const PATHS: Readonly<Record<string, (namespace: string) => string>> = {
  LimitRange: (namespace) => `/api/v1/namespaces/${namespace}/limitranges`,
  PodDisruptionBudget: (namespace) => `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`,
  PriorityClass: () => '/apis/scheduling.k8s.io/v1/priorityclasses',
  ResourceQuota: (namespace) => `/api/v1/namespaces/${namespace}/resourcequotas`,
};

describeOnControlPlane(
  'constructs of kinds that Kubernetes has',
  (controlPlane) => {
    let namespace: string;
    beforeAll(async () => {
      namespace = await controlPlane().createNamespace('kinds');
    });

    /** Nothing is stored; unknown fields are refused. */
    const create = async (object: KubernetesObject) => {
      const path = `${PATHS[object.kind]!(namespace)}?dryRun=All&fieldValidation=Strict`;
      const metadata = { ...object.metadata, ...(object.metadata.namespace !== undefined && { namespace }) };
      return send(controlPlane().connection, 'POST', path, { ...object, metadata });
    };

    it.each<[string, (web: Application) => void]>([
      ['a budget', (web) => new PodDisruptionBudget(web, 'a', { labels: { app: 'a' } })],
      [
        'a budget in per cent',
        (web) =>
          new PodDisruptionBudget(web, 'a', {
            labels: { app: 'a' },
            minAvailable: PodCount.percent(30),
            unhealthyPods: UnhealthyPods.WITHIN_BUDGET,
          }),
      ],
      [
        'a priority',
        (web) => new PriorityClass(web, 'urgent', { value: 1_000_000_000, globalDefault: false }),
      ],
      [
        'a quota of everything',
        (web) =>
          new ResourceQuota(web, 'a', {
            pods: 1,
            cpuRequests: Cpu.millis(1),
            cpuLimits: Cpu.cores(1),
            memoryRequests: Size.kibibytes(3),
            memoryLimits: Size.gibibytes(3),
            storageRequests: Size.tebibytes(1),
            persistentVolumeClaims: 0,
            objects: { 'deployments.apps': 3 },
          }),
      ],
      [
        'a quota of some pods',
        (web) =>
          new ResourceQuota(web, 'a', {
            pods: 1,
            cpuRequests: Cpu.cores(1),
            scopes: [QuotaScope.NOT_TERMINATING, QuotaScope.NOT_BEST_EFFORT],
            priorityClasses: ['high'],
          }),
      ],
      [
        'limits of everything',
        (web) =>
          new LimitRange(web, 'a', {
            container: {
              min: { cpu: Cpu.millis(1) },
              defaultRequest: { cpu: Cpu.millis(2) },
              defaultLimit: { cpu: Cpu.millis(3), memory: Size.gibibytes(1) },
              max: { cpu: Cpu.millis(4) },
            },
            pod: { max: { cpu: Cpu.cores(1) } },
            persistentVolumeClaim: { min: Size.gibibytes(1) },
          }),
      ],
    ])('are taken: %s', async (_what, declare) => {
      for (const object of objectsOf(declare)) {
        const { status, body } = await create(object);
        expect([status, status === 201 ? '' : body]).toEqual([201, '']);
      }
    });

    it.each<[string, (web: Application) => void, KubernetesObject]>([
      [
        'a budget that says both',
        (web) =>
          new PodDisruptionBudget(web, 'a', {
            labels: { app: 'a' },
            minAvailable: PodCount.of(1),
            maxUnavailable: PodCount.of(1),
          }),
        budget({ minAvailable: 1, maxUnavailable: 1 }),
      ],
      [
        'a budget of more than all pods',
        (web) =>
          new PodDisruptionBudget(web, 'a', { labels: { app: 'a' }, minAvailable: PodCount.percent(101) }),
        budget({ minAvailable: '101%' }),
      ],
      [
        'a priority of the system',
        (web) => new PriorityClass(web, 'a', { value: 1_000_000_001 }),
        {
          apiVersion: 'scheduling.k8s.io/v1',
          kind: 'PriorityClass',
          metadata: { name: 'a' },
          value: 1_000_000_001,
        },
      ],
      [
        'a quota of claims of some pods',
        (web) => new ResourceQuota(web, 'a', { persistentVolumeClaims: 1, scopes: [QuotaScope.TERMINATING] }),
        quota({ hard: { persistentvolumeclaims: '1' }, scopes: ['Terminating'] }),
      ],
      [
        'a quota of pods that are both',
        (web) =>
          new ResourceQuota(web, 'a', {
            pods: 1,
            scopes: [QuotaScope.TERMINATING, QuotaScope.NOT_TERMINATING],
          }),
        quota({ hard: { pods: '1' }, scopes: ['Terminating', 'NotTerminating'] }),
      ],
      [
        'limits out of order',
        (web) =>
          new LimitRange(web, 'a', {
            container: { min: { cpu: Cpu.cores(2) }, defaultLimit: { cpu: Cpu.cores(1) } },
          }),
        {
          apiVersion: 'v1',
          kind: 'LimitRange',
          metadata: { name: 'a', namespace: '' },
          spec: { limits: [{ type: 'Container', min: { cpu: '2' }, default: { cpu: '1' } }] },
        },
      ],
    ])('are refused here and there: %s', async (_what, declare, object) => {
      expect(problemsOf(declare)).not.toEqual([]);
      expect((await create(object)).status).toBe(422);
    });
  },
  { nodes: 'none' },
);

function budget(spec: object): KubernetesObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'a', namespace: '' },
    spec: { selector: { matchLabels: { app: 'a' } }, ...spec },
  };
}

function quota(spec: object): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'a', namespace: '' }, spec };
}
