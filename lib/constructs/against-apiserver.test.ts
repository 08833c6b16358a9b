/** Whether Kubernetes takes what the constructs make, and refuses what they refuse. */
import { ApiObject, Cron, JsonPatch, Size } from 'cdk8s';
import { beforeAll, expect, it } from 'vitest';
import { send } from '../../test/controlplane/connection.ts';
import { type ControlPlaneHandle, describeOnControlPlane } from '../../test/controlplane/suite.ts';
import { type KubernetesObject, keyOf } from '../objects/index.ts';
import type { Application, WorkloadProps } from './index.ts';
import {
  Cpu,
  EnvironmentSource,
  EnvironmentValue,
  HealthCheck,
  Hook,
  LimitRange,
  Mount,
  PodCount,
  PodDisruptionBudget,
  PriorityClass,
  QuotaScope,
  ResourceQuota,
  UnhealthyPods,
  Workload,
  WorkloadKind,
} from './index.ts';
import { objectsOf, problemsOf } from './testing/program.ts';

const PLURALS: Readonly<Record<string, string>> = { PriorityClass: 'priorityclasses' };

function pathOf(object: KubernetesObject, namespace: string): string {
  const { group, kind } = keyOf(object);
  const plural = PLURALS[kind] ?? `${kind.toLowerCase()}s`;
  const api = group === '' ? '/api/v1' : `/apis/${object.apiVersion}`;
  return object.metadata.namespace === undefined
    ? `${api}/${plural}`
    : `${api}/namespaces/${namespace}/${plural}`;
}

describeOnControlPlane(
  'constructs of kinds that Kubernetes has',
  (controlPlane) => {
    let namespace: string;
    beforeAll(async () => {
      namespace = await controlPlane().createNamespace('kinds');
    });

    const create = (object: KubernetesObject) => createIn(controlPlane(), object, namespace);

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
      ['a Deployment and all around it', everything({ replicas: 3 })],
      ['one that is scaled', everything({ scaling: { min: 2, max: 5 } })],
      [
        'a StatefulSet',
        everything({ kind: WorkloadKind.STATEFUL_SET, mounts: [Mount.disk('/data', Size.gibibytes(1))] }),
      ],
      ['a DaemonSet', everything({ kind: WorkloadKind.DAEMON_SET })],
      [
        'a Job',
        (web) => void new Workload(web, 'once', { image: 'a', kind: WorkloadKind.JOB, hook: Hook.AFTER }),
      ],
      [
        'a CronJob',
        (web) =>
          new Workload(web, 'nightly', {
            image: 'a',
            kind: WorkloadKind.CRON_JOB,
            schedule: Cron.daily(),
            timeZone: 'Etc/UTC',
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

describeOnControlPlane(
  'a namespace that enforces the restricted Pod Security Standard',
  (controlPlane) => {
    let namespace: string;
    beforeAll(async () => {
      namespace = controlPlane().uniqueName('restricted');
      const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
      const metadata = { name: namespace, labels };
      const { status } = await send(controlPlane().connection, 'POST', '/api/v1/namespaces', {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata,
      });
      expect(status).toBe(201);
    });

    /** What a controller makes of a workload. */
    const createPod = (declare: (web: Application) => void, kind: string) => {
      const { spec } = objectsOf(declare).find((object) => object.kind === kind)!;
      const { template } = kind === 'CronJob' ? spec.jobTemplate.spec : spec;
      // There is no controller here that makes service accounts.
      const pod = { ...template.spec, serviceAccountName: undefined };
      const metadata = { ...template.metadata, name: 'a', namespace };
      return createIn(controlPlane(), { apiVersion: 'v1', kind: 'Pod', metadata, spec: pod }, namespace);
    };

    it.each<[string, (web: Application) => void]>([
      ['Deployment', everything({})],
      ['StatefulSet', everything({ kind: WorkloadKind.STATEFUL_SET })],
      ['DaemonSet', everything({ kind: WorkloadKind.DAEMON_SET })],
      [
        'CronJob',
        (web) =>
          new Workload(web, 'api', { image: 'a', kind: WorkloadKind.CRON_JOB, schedule: Cron.hourly() }),
      ],
    ])('admits the pods of a %s as they are without being told', async (kind, declare) => {
      const { status, body } = await createPod(declare, kind);
      expect([status, status === 201 ? '' : body]).toEqual([201, '']);
    });

    it('does not admit what was opened up', async () => {
      const { status, body } = await createPod((web) => {
        const api = new Workload(web, 'api', { image: 'a' });
        api.patch(JsonPatch.add(`${api.podTemplatePath}/spec/hostNetwork`, true));
      }, 'Deployment');
      expect(status).toBe(403);
      expect(body).toContain('violates PodSecurity');
    });
  },
  { nodes: 'none' },
);

/** A workload that uses what there is. */
function everything(props: Partial<WorkloadProps>): (web: Application) => void {
  return (web) => {
    const config = new ApiObject(web, 'config', { apiVersion: 'v1', kind: 'ConfigMap' });
    const api = new Workload(web, 'api', {
      image: 'a',
      port: 8080,
      morePorts: { metrics: 9090 },
      environment: { A: 'b' },
      environmentValues: { IP: EnvironmentValue.field('status.podIP') },
      environmentFrom: [EnvironmentSource.config(config), EnvironmentSource.secret('keys')],
      readiness: HealthCheck.http('/readyz'),
      liveness: HealthCheck.grpc(),
      mounts: [Mount.config('/etc/api', config), Mount.emptyDirectory('/cache', Size.mebibytes(1))],
      user: 1000,
      group: 1000,
      filesystemGroup: 1000,
      ...props,
    });
    api.addContainer('proxy', { image: 'b', port: 9000 });
    api.addInitContainer('before', { image: 'c' });
  };
}

/** Creates without storing; unknown fields are refused. */
function createIn(controlPlane: ControlPlaneHandle, object: KubernetesObject, namespace: string) {
  const metadata = { ...object.metadata, ...(object.metadata.namespace !== undefined && { namespace }) };
  return send(
    controlPlane.connection,
    'POST',
    `${pathOf(object, namespace)}?dryRun=All&fieldValidation=Strict`,
    { ...object, metadata },
  );
}

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
