import { ApiObject, Cron, Duration, JsonPatch, Size } from 'cdk8s';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../objects/index.ts';
import {
  type Application,
  type ContainerOptions,
  Cpu,
  EnvironmentSource,
  EnvironmentValue,
  GatewayReference,
  HealthCheck,
  Hook,
  Mount,
  PodCount,
  ServiceMonitor,
  Settings,
  Topology,
  TopologySpread,
  Wait,
  Workload,
  WorkloadKind,
  type WorkloadProps,
} from './index.ts';
import { restrictedViolations } from './testing/pod-security.ts';
import { objectOf, objectsOf, problemsOf } from './testing/program.ts';

const image = 'example/api:1.4';

const deploymentOf = (props: Partial<WorkloadProps> = {}, more: (workload: Workload) => void = () => {}) =>
  objectOf('Deployment', (web) => more(new Workload(web, 'api', { image, port: 8080, ...props })));

const podOf = ({ kind, spec }: KubernetesObject) =>
  (kind === 'CronJob' ? spec.jobTemplate.spec : spec).template.spec;

const problemsWith = (props: Partial<WorkloadProps>, more: (workload: Workload) => void = () => {}) =>
  problemsOf((web) => more(new Workload(web, 'api', { image, ...props }))).join('\n');

const scheduled = { kind: WorkloadKind.CRON_JOB, schedule: Cron.daily() };

describe('Workload', () => {
  it('is a Deployment with everything around it', () => {
    const objects = objectsOf((web) => {
      new Workload(web, 'api', {
        image,
        port: 8080,
        replicas: 3,
        servicePort: 80,
        route: { gateway: GatewayReference.named('public'), hostnames: ['shop.example.com'], path: '/api' },
      });
    });
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Deployment api',
      'HTTPRoute api',
      'PodDisruptionBudget api',
      'Service api',
      'ServiceAccount api',
    ]);
    const [deployment, route, budget, service, account] = objects;
    const labels = { 'truekeel.dev/workload': 'api' };
    expect(deployment?.spec.selector).toEqual({ matchLabels: labels });
    expect(deployment?.spec.template.metadata).toEqual({ labels });
    expect(budget?.spec.selector).toEqual({ matchLabels: labels });
    expect(service?.spec).toEqual({
      selector: labels,
      ports: [{ name: 'http', port: 80, targetPort: 'http' }],
    });
    expect(account?.automountServiceAccountToken).toBe(false);
    expect(route?.spec.rules[0]).toMatchObject({
      matches: [{ path: { value: '/api' } }],
      backendRefs: [{ name: 'api', port: 80 }],
    });
    expect(podOf(deployment!)).toEqual({
      serviceAccountName: 'api',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      topologySpreadConstraints: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map(
        (topologyKey) => ({
          topologyKey,
          maxSkew: 1,
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: labels },
          matchLabelKeys: ['pod-template-hash'],
        }),
      ),
      containers: [
        {
          name: 'main',
          image,
          ports: [{ name: 'http', containerPort: 8080 }],
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '128Mi' } },
          readinessProbe: { tcpSocket: { port: 8080 } },
          livenessProbe: { tcpSocket: { port: 8080 } },
          startupProbe: { tcpSocket: { port: 8080 }, failureThreshold: 30 },
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
            readOnlyRootFilesystem: true,
          },
          volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
        },
      ],
      volumes: [{ name: 'tmp', emptyDir: {} }],
    });
  });

  it('has no more around it than it needs', () => {
    const objects = objectsOf((web) => {
      new Workload(web, 'worker', { image, serviceAccountName: 'shared' });
    });
    expect(objects.map(({ kind }) => kind)).toEqual(['Deployment']);
    const [main] = podOf(objects[0]!).containers;
    expect(Object.keys(main).filter((field) => /Probe|ports/.test(field))).toEqual([]);
  });

  it('follows the load when it is scaled', () => {
    const objects = objectsOf((web) => {
      new Workload(web, 'api', { image, scaling: { min: 2, max: 5 } });
    });
    const kinds = Object.fromEntries(objects.map((object) => [object.kind, object]));
    expect(kinds.Deployment?.spec.replicas).toBeUndefined();
    expect(kinds.HorizontalPodAutoscaler?.spec).toMatchObject({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api' },
      minReplicas: 2,
      maxReplicas: 5,
    });
    expect(kinds.PodDisruptionBudget?.spec.maxUnavailable).toBe(1);
  });

  it('can be a StatefulSet with disks, each pod found by name', () => {
    const objects = objectsOf((web) => {
      const disk = Mount.disk('/data', Size.gibibytes(8), { storageClass: 'fast' });
      const kind = WorkloadKind.STATEFUL_SET;
      new Workload(web, 'redis', { image, kind, port: 6379, mounts: [disk], filesystemGroup: 1000 });
    });
    const set = objects.find(({ kind }) => kind === 'StatefulSet')!;
    expect(set.spec.serviceName).toBe('redis');
    expect(set.spec.volumeClaimTemplates).toEqual([
      {
        metadata: { name: 'data' },
        spec: {
          accessModes: ['ReadWriteOnce'],
          storageClassName: 'fast',
          resources: { requests: { storage: '8Gi' } },
        },
      },
    ]);
    const { containers, volumes, securityContext } = podOf(set);
    expect(containers[0].volumeMounts[0]).toEqual({ name: 'data', mountPath: '/data' });
    expect(volumes).toEqual([{ name: 'tmp', emptyDir: {} }]);
    expect(securityContext.fsGroup).toBe(1000);
    expect(objects.find(({ kind }) => kind === 'Service')?.spec.clusterIP).toBe('None');
  });

  it('can run on every node, or by a schedule', () => {
    const daemon = objectOf('DaemonSet', (web) => {
      new Workload(web, 'logs', { image, kind: WorkloadKind.DAEMON_SET });
    });
    expect(daemon.spec.replicas).toBeUndefined();
    expect(podOf(daemon).topologySpreadConstraints).toBeUndefined();
    const cron = objectOf('CronJob', (web) => {
      new Workload(web, 'closing', {
        image,
        kind: WorkloadKind.CRON_JOB,
        schedule: Cron.schedule({ hour: '2', minute: '30' }),
        timeZone: 'Europe/Rome',
      });
    });
    expect(cron.spec).toMatchObject({
      schedule: '30 2 * * *',
      timeZone: 'Europe/Rome',
      concurrencyPolicy: 'Forbid',
    });
    expect(podOf(cron).restartPolicy).toBe('OnFailure');
  });

  it('can be a Job: a hook, or one that is made anew when it changes', () => {
    const jobOf = (props: Partial<WorkloadProps>) =>
      objectOf(
        'Job',
        (web) => void new Workload(web, 'migrate', { image, kind: WorkloadKind.JOB, ...props }),
      );
    const hook = jobOf({ hook: Hook.BEFORE });
    expect(hook.apiVersion).toBe('batch/v1');
    expect(Object.keys(hook.spec)).toEqual(['template']);
    expect(podOf(hook).restartPolicy).toBe('OnFailure');
    expect(hook.metadata.annotations).toEqual({ 'truekeel.dev/hook': 'before' });
    expect(jobOf({}).metadata.annotations).toEqual({ 'truekeel.dev/apply': 'recreate' });
  });

  it('reads its environment from where it is told, sorted by name', () => {
    const config = (web: Application) =>
      new ApiObject(web, 'config', { apiVersion: 'v1', kind: 'ConfigMap' });
    const deployment = objectOf('Deployment', (web) => {
      new Workload(web, 'api', {
        image,
        environment: { B: '2', A: '1' },
        environmentValues: {
          PASSWORD: EnvironmentValue.secret('db', 'password'),
          ADDRESS: EnvironmentValue.field('status.podIP'),
        },
        environmentFrom: [EnvironmentSource.config(config(web)), EnvironmentSource.secret('keys')],
      });
    });
    const [main] = podOf(deployment).containers;
    expect(main.env).toEqual([
      { name: 'A', value: '1' },
      { name: 'ADDRESS', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      { name: 'B', value: '2' },
      { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
    ]);
    expect(main.envFrom).toEqual([{ configMapRef: { name: 'config' } }, { secretRef: { name: 'keys' } }]);
  });

  it('asks for health as it is told', () => {
    const [main] = podOf(
      deploymentOf({
        readiness: HealthCheck.http('/readyz', { period: Duration.seconds(5), failureThreshold: 2 }),
        liveness: HealthCheck.NONE,
        startup: HealthCheck.command(['true'], { timeout: Duration.seconds(3) }),
      }),
    ).containers;
    expect(main.readinessProbe).toEqual({
      httpGet: { path: '/readyz', port: 8080 },
      periodSeconds: 5,
      failureThreshold: 2,
    });
    expect(main.livenessProbe).toBeUndefined();
    expect(main.startupProbe).toEqual({ exec: { command: ['true'] }, timeoutSeconds: 3 });
  });

  it.each<[string, Partial<ContainerOptions>, object]>([
    [
      'what it requests is its limit of memory',
      { requests: { memory: Size.gibibytes(1) } },
      { requests: { cpu: '100m', memory: '1Gi' }, limits: { memory: '1Gi' } },
    ],
    [
      'its limits are what it requests',
      { limits: { cpu: Cpu.millis(50), memory: Size.mebibytes(64) } },
      { requests: { cpu: '50m', memory: '64Mi' }, limits: { cpu: '50m', memory: '64Mi' } },
    ],
    [
      'both are given',
      { requests: { cpu: Cpu.cores(1), memory: Size.mebibytes(64) }, limits: { memory: Size.mebibytes(96) } },
      { requests: { cpu: '1', memory: '64Mi' }, limits: { memory: '96Mi' } },
    ],
  ])('has resources: %s', (_what, props, resources) => {
    expect(podOf(deploymentOf(props)).containers[0].resources).toEqual(resources);
  });

  it('runs more containers, which share what they both mount', () => {
    const shared = Mount.emptyDirectory('/cache', Size.gibibytes(1));
    const pod = podOf(
      deploymentOf({ mounts: [shared] }, (workload) => {
        workload.addContainer('proxy', { image: 'proxy', port: 9000, mounts: [shared.at('/shared')] });
        workload.addInitContainer('fill', { image: 'fill', mounts: [shared] });
      }),
    );
    expect(pod.initContainers).toHaveLength(1);
    expect(pod.initContainers[0].readinessProbe).toBeUndefined();
    expect(pod.containers.map(({ name }: { name: string }) => name)).toEqual(['main', 'proxy']);
    expect(pod.containers[1].volumeMounts).toEqual([
      { name: 'cache', mountPath: '/shared' },
      { name: 'tmp-proxy', mountPath: '/tmp' },
    ]);
    expect(pod.volumes).toEqual([
      { name: 'cache', emptyDir: { sizeLimit: '1Gi' } },
      { name: 'tmp', emptyDir: {} },
      { name: 'tmp-fill', emptyDir: {} },
      { name: 'tmp-proxy', emptyDir: {} },
    ]);
  });

  it('can be opened up to any depth', () => {
    const objects = objectsOf((web) => {
      const api = new Workload(web, 'api', { image, port: 8080, replicas: 2 });
      api.patch(
        JsonPatch.add(`${api.podTemplatePath}/spec/hostNetwork`, true),
        JsonPatch.replace(`${api.podTemplatePath}/spec/containers/0/image`, 'other'),
      );
      api.service?.addJsonPatch(JsonPatch.add('/spec/sessionAffinity', 'ClientIP'));
      api.disruptionBudget?.metadata.addAnnotation('a', 'b');
      Settings.of(api).wait(Wait.NONE);
      new TopologySpread({ over: [Topology.ZONE] }).applyTo(api);
      new ServiceMonitor(web, 'metrics', { service: api.service! });
      const nightly = new Workload(web, 'nightly', { image, ...scheduled });
      nightly.patch(JsonPatch.add(`${nightly.podTemplatePath}/spec/hostPID`, true));
    });
    const [cron, deployment, budget, service] = [
      'CronJob',
      'Deployment',
      'PodDisruptionBudget',
      'Service',
    ].map((name) => objects.find(({ kind }) => kind === name)!);
    expect(podOf(cron!).hostPID).toBe(true);
    expect(podOf(deployment!)).toMatchObject({ hostNetwork: true, containers: [{ image: 'other' }] });
    expect(podOf(deployment!).topologySpreadConstraints).toHaveLength(1);
    expect(service?.spec.sessionAffinity).toBe('ClientIP');
    expect(budget?.metadata.annotations).toEqual({ a: 'b', 'truekeel.dev/wait': 'none' });
  });

  it('keeps name and selector whatever labels, images and numbers it has', () => {
    const label = fc.constantFrom('app', 'team', 'app.kubernetes.io/name', 'version');
    const first = deploymentOf();
    fc.assert(
      fc.property(
        fc.dictionary(label, fc.string({ maxLength: 8 })),
        fc.dictionary(label, fc.string({ maxLength: 8 })),
        fc.integer({ min: 0, max: 9 }),
        fc.boolean(),
        (podLabels, labels, replicas, hasSidecar) => {
          const other = deploymentOf({ podLabels, replicas, image: `x:${replicas}` }, (workload) => {
            for (const [name, value] of Object.entries(labels)) {
              workload.apiObject.metadata.addLabel(name, value);
            }
            if (hasSidecar) workload.addContainer('proxy', { image });
          });
          expect(other.metadata.name).toBe(first.metadata.name);
          expect(other.spec.selector).toEqual(first.spec.selector);
          expect(other.spec.template.metadata.labels).toMatchObject(other.spec.selector.matchLabels);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('can take over the selector and the name of one that is there', () => {
    const deployment = deploymentOf({ name: 'old', selector: { app: 'old' } });
    expect(deployment.metadata.name).toBe('old');
    expect(deployment.spec.selector.matchLabels).toEqual({ app: 'old' });
    expect(deployment.spec.template.metadata.labels).toEqual({ app: 'old' });
  });

  it('names its ports as it is told, and leads to them by name', () => {
    const service = objectOf('Service', (web) => {
      const morePorts = { metrics: 9090, admin: 8081 };
      new Workload(web, 'api', { image, port: 50051, portName: 'grpc', servicePort: 80, morePorts });
    });
    expect(service.spec.ports).toEqual([
      { name: 'grpc', port: 80, targetPort: 'grpc' },
      { name: 'admin', port: 8081, targetPort: 'admin' },
      { name: 'metrics', port: 9090, targetPort: 'metrics' },
    ]);
  });

  it('knows where it is found', () => {
    const urls: string[] = [];
    objectsOf((web) => {
      urls.push(
        new Workload(web, 'a', { image, port: 8080 }).url,
        new Workload(web, 'b', { image, port: 8080, servicePort: 80 }).url,
        new Workload(web, 'c', { image, morePorts: { admin: 9000 } }).url,
      );
    });
    expect(urls).toEqual(['http://a:8080', 'http://b', 'http://c:9000']);
  });

  it.each<[string, Partial<WorkloadProps>]>([
    ['container main has no image', { image: '' }],
    ['container main runs as user 0', { user: 0 }],
    [
      'container main requests more than its limits',
      { requests: { cpu: Cpu.cores(2) }, limits: { cpu: Cpu.cores(1) } },
    ],
    ['container main listens on port 0', { port: 0 }],
    ['container main has a port named "HTTP"', { morePorts: { HTTP: 1 } }],
    ['container main has two ports named http', { port: 1, morePorts: { http: 2 } }],
    [
      'has A in environment and in environmentValues',
      { environment: { A: '' }, environmentValues: { A: EnvironmentValue.field('x') } },
    ],
    ['mounts something at "data"', { mounts: [Mount.claim('data', 'x')] }],
    ['mounts two things at /a', { mounts: [Mount.claim('/a', 'x'), Mount.secret('/a', 'y')] }],
    ['readiness has no port to ask', { readiness: HealthCheck.http('/') }],
    ['replicas is -1', { replicas: -1 }],
    ['replicas and scaling are both given', { replicas: 1, scaling: { min: 1, max: 2 } }],
    ['scaling: min 3 is more than max 2', { scaling: { min: 3, max: 2 } }],
    ['scaling goes from 0 to 2', { scaling: { min: 0, max: 2 } }],
    ['cpuPercent is 0', { scaling: { min: 1, max: 2, cpuPercent: 0 } }],
    ['a DaemonSet has no replicas', { kind: WorkloadKind.DAEMON_SET, replicas: 2 }],
    ['a CronJob takes a schedule', { kind: WorkloadKind.CRON_JOB }],
    ['a Deployment has no schedule', { schedule: Cron.daily() }],
    ['a CronJob serves no requests', { ...scheduled, port: 80 }],
    [
      'disks are made for StatefulSets: this is a Deployment',
      { mounts: [Mount.disk('/a', Size.gibibytes(1))] },
    ],
    ['only a Job can be a hook: this is a Deployment', { hook: Hook.AFTER }],
    ['a Job serves no requests', { kind: WorkloadKind.JOB, port: 80 }],
    ['selector is empty', { selector: {} }],
    ['podLabels has truekeel.dev/workload', { podLabels: { 'truekeel.dev/workload': 'x' } }],
    ['it has a route and no port', { route: { gateway: GatewayReference.named('x') } }],
    ['its name "Api" ', { name: 'Api' }],
    ['a DaemonSet is neither spread', { kind: WorkloadKind.DAEMON_SET, maxUnavailable: PodCount.of(1) }],
    ['maxSkew is 0', { spread: new TopologySpread({ over: [Topology.NODE], maxSkew: 0 }) }],
    ['servicePort is 0', { port: 80, servicePort: 0 }],
    ['it has a servicePort and no port', { servicePort: 80 }],
    ['is headless', { kind: WorkloadKind.STATEFUL_SET, port: 6379, servicePort: 80 }],
    ['52 is the most for a CronJob', { ...scheduled, name: 'a'.repeat(53) }],
    ['1.5 is no number of pods', { maxUnavailable: PodCount.of(1.5) }],
  ])('refuses: %s', (message, props) => {
    expect(problemsWith(props)).toContain(message);
    expect(problemsWith(props)).toMatch(/^test\/web\/api/);
  });

  it('refuses containers of one name, names that are none, and references to nothing', () => {
    expect(
      problemsWith({}, (workload) => {
        workload.addContainer('main', { image });
        workload.addContainer('A', { image });
      }),
    ).toMatch(/two containers named main\n.*"A" cannot name a container/);
    expect(
      problemsOf((web) => {
        const other = new Workload(web, 'other', { image });
        new Workload(web, 'api', {
          image,
          environmentFrom: [EnvironmentSource.config(other)],
          mounts: [Mount.config('/a', other)],
        });
      }),
    ).toEqual([
      expect.stringContaining('test/web/other is a Deployment, and not a ConfigMap'),
      expect.stringContaining('mounts at /a what it cannot'),
    ]);
  });
});

describe('the restricted Pod Security Standard', () => {
  it.each<[string, Partial<WorkloadProps>]>([
    ['Deployment', { port: 8080, mounts: [Mount.secret('/a', 'b'), Mount.claim('/c', 'd')] }],
    ['StatefulSet', { kind: WorkloadKind.STATEFUL_SET, mounts: [Mount.disk('/data', Size.gibibytes(1))] }],
    ['DaemonSet', { kind: WorkloadKind.DAEMON_SET, user: 1000 }],
    ['CronJob', scheduled],
    ['Job', { kind: WorkloadKind.JOB, hook: Hook.BEFORE }],
  ])('admits a %s', (kind, props) => {
    const workload = objectOf(kind, (web) => {
      const made = new Workload(web, 'api', { image, ...props });
      made.addContainer('more', { image, readOnlyRootFilesystem: false });
      made.addInitContainer('before', { image });
    });
    expect(restrictedViolations(podOf(workload))).toEqual([]);
  });

  it('does not admit one that was opened up', () => {
    const deployment = deploymentOf({}, (workload) =>
      workload.patch(
        JsonPatch.remove(`${workload.podTemplatePath}/spec/securityContext`),
        JsonPatch.remove(`${workload.podTemplatePath}/spec/containers/0/securityContext`),
        JsonPatch.add(`${workload.podTemplatePath}/spec/hostNetwork`, true),
      ),
    );
    expect(restrictedViolations(podOf(deployment))).toEqual([
      'host namespaces',
      'main may escalate privileges',
      'main may run as root',
      'main: seccomp',
      'main keeps capabilities',
    ]);
  });
});
