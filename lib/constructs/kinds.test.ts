import { ApiObject, Duration, Size } from 'cdk8s';
import { DaemonSet, Deployment, LabelSelector, Service } from 'cdk8s-plus-27';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Application } from './index.ts';
import {
  Cpu,
  LimitRange,
  PodCount,
  PodDisruptionBudget,
  PriorityClass,
  QuotaScope,
  ResourceQuota,
  ServiceMonitor,
  VerticalPodAutoscaler,
  VerticalUpdates,
} from './index.ts';
import { bytesQuantity } from './quantity.ts';
import { objectOf, problemsOf } from './testing/program.ts';

const containers = [{ image: 'a', portNumber: 80 }];

const plain = (web: Application, kind: string, spec: object) =>
  new ApiObject(web, kind.toLowerCase(), { apiVersion: 'apps/v1', kind, spec });

describe('PodDisruptionBudget', () => {
  it('takes the selector of a workload of another library, also one that changes later', () => {
    const budget = objectOf('PodDisruptionBudget', (web) => {
      const deployment = new Deployment(web, 'api', { containers, select: false });
      new PodDisruptionBudget(web, 'budget', { target: deployment });
      deployment.select(LabelSelector.of({ labels: { app: 'api' } }));
    });
    expect(budget.spec).toEqual({
      maxUnavailable: 1,
      selector: { matchLabels: { app: 'api' } },
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    });
    expect(budget.metadata).toEqual({ name: 'budget', namespace: 'shop' });
  });

  it('can be for pods with labels, and say how many must be left', () => {
    const { spec } = objectOf(
      'PodDisruptionBudget',
      (web) =>
        new PodDisruptionBudget(web, 'budget', {
          labels: { app: 'api' },
          minAvailable: PodCount.percent(50),
        }),
    );
    expect(spec).toMatchObject({ minAvailable: '50%', selector: { matchLabels: { app: 'api' } } });
    expect(spec.maxUnavailable).toBeUndefined();
  });

  const labels = { app: 'api' };
  it.each([
    ['both', { labels, minAvailable: PodCount.of(1), maxUnavailable: PodCount.of(1) }, 'are both given'],
    ['no pods', {}, 'it is for no pods'],
    ['no labels', { labels: {} }, 'it is for no pods'],
    ['half a pod', { labels, maxUnavailable: PodCount.of(0.5) }, '0.5 is no number of pods'],
    ['too much', { labels, minAvailable: PodCount.percent(101) }, '101% is not from 0% to 100%'],
  ])('refuses %s', (_what, props, message) => {
    expect(problemsOf((web) => new PodDisruptionBudget(web, 'budget', props))).toEqual([
      expect.stringMatching(/^test\/web\/budget: /),
    ]);
    expect(problemsOf((web) => new PodDisruptionBudget(web, 'budget', props)).join()).toContain(message);
  });

  it('refuses targets that have no pods to select', () => {
    const target = (make: (web: Application) => ApiObject | Application | DaemonSet) =>
      problemsOf((web) => new PodDisruptionBudget(web, 'budget', { target: make(web) })).join();
    expect(target((web) => new ApiObject(web, 'x', { apiVersion: 'v1', kind: 'ConfigMap' }))).toContain(
      'test/web/x (ConfigMap) has no selector of pods',
    );
    expect(target((web) => web)).toContain('test/web is no API object');
    expect(target((web) => new DaemonSet(web, 'logs', { containers }))).toContain('is a DaemonSet');
  });

  it('refuses a budget with which no node could be drained', () => {
    const spec = { replicas: 2, selector: { matchLabels: labels } };
    const budget = (pods: number) =>
      problemsOf(
        (web) =>
          new PodDisruptionBudget(web, 'budget', {
            target: plain(web, 'StatefulSet', spec),
            minAvailable: PodCount.of(pods),
          }),
      );
    expect(budget(1)).toEqual([]);
    expect(budget(2).join()).toContain('minAvailable is 2 of 2 pods');
  });
});

describe('PriorityClass', () => {
  it('lives in no namespace', () => {
    const object = objectOf('PriorityClass', (web) => new PriorityClass(web, 'urgent', { value: 1000 }));
    expect(object).toEqual({
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: 'urgent' },
      value: 1000,
    });
  });

  it.each([1.5, 1_000_000_001, -2_147_483_649, Number.NaN])('refuses the value %d', (value) => {
    expect(problemsOf((web) => new PriorityClass(web, 'urgent', { value })).join()).toContain(
      `value is ${value}`,
    );
  });

  it('refuses the names of the system', () => {
    expect(problemsOf((web) => new PriorityClass(web, 'system-x', { value: 1 })).join()).toContain('system-');
  });
});

describe('ResourceQuota', () => {
  it('writes amounts as Kubernetes does', () => {
    const { spec } = objectOf(
      'ResourceQuota',
      (web) =>
        new ResourceQuota(web, 'quota', {
          pods: 100,
          cpuRequests: Cpu.cores(40),
          cpuLimits: Cpu.millis(80_500),
          memoryRequests: Size.gibibytes(80),
          storageRequests: Size.mebibytes(1536),
          objects: { 'deployments.apps': 20 },
          hard: { 'requests.nvidia.com/gpu': '4' },
        }),
    );
    expect(spec.hard).toEqual({
      pods: '100',
      'requests.cpu': '40',
      'limits.cpu': '80500m',
      'requests.memory': '80Gi',
      'requests.storage': '1536Mi',
      'count/deployments.apps': '20',
      'requests.nvidia.com/gpu': '4',
    });
  });

  it('refuses what cannot be counted together', () => {
    const quota = (props: ConstructorParameters<typeof ResourceQuota>[2]) =>
      problemsOf((web) => new ResourceQuota(web, 'quota', props)).join();
    expect(quota({})).toContain('it limits nothing');
    expect(quota({ pods: -1 })).toContain('pods is -1');
    expect(quota({ pods: 1, scopes: [QuotaScope.TERMINATING, QuotaScope.NOT_TERMINATING] })).toContain(
      'no pod is both',
    );
    expect(quota({ persistentVolumeClaims: 1, priorityClasses: ['high'] })).toContain('are about pods');
    expect(quota({ cpuRequests: Cpu.cores(1), scopes: [QuotaScope.BEST_EFFORT] })).toContain(
      'request nothing',
    );
    expect(quota({ pods: 4, scopes: [QuotaScope.BEST_EFFORT] })).toBe('');
  });
});

describe('LimitRange', () => {
  it('has an entry for each type that is limited', () => {
    const { spec } = objectOf(
      'LimitRange',
      (web) =>
        new LimitRange(web, 'limits', {
          container: { defaultRequest: { cpu: Cpu.millis(50) }, defaultLimit: { memory: Size.gibibytes(1) } },
          persistentVolumeClaim: { max: Size.gibibytes(100) },
        }),
    );
    expect(spec.limits).toEqual([
      { type: 'Container', default: { memory: '1Gi' }, defaultRequest: { cpu: '50m' } },
      { type: 'PersistentVolumeClaim', max: { storage: '100Gi' } },
    ]);
  });

  it('refuses amounts that are out of order', () => {
    const amount = { memory: Size.gibibytes(2) };
    const less = { memory: Size.mebibytes(2047) };
    const limits = (props: ConstructorParameters<typeof LimitRange>[2]) =>
      problemsOf((web) => new LimitRange(web, 'limits', props)).join();
    expect(limits({ container: { min: amount, defaultRequest: less } })).toContain(
      'min is more than default',
    );
    expect(limits({ container: { defaultLimit: amount, max: less } })).toContain('defaultLimit is more');
    expect(limits({ pod: { min: amount, max: less } })).toContain('pod: min is more than max');
    expect(limits({ persistentVolumeClaim: { min: Size.gibibytes(2), max: Size.gibibytes(1) } })).toContain(
      'min is more than max',
    );
    expect(limits({})).toContain('it limits nothing');
    expect(
      limits({ container: { min: less, defaultRequest: less, defaultLimit: amount, max: amount } }),
    ).toBe('');
  });
});

describe('VerticalPodAutoscaler', () => {
  it('names the workload that it scales', () => {
    const { spec } = objectOf('VerticalPodAutoscaler', (web) => {
      const target = new Deployment(web, 'api', { containers });
      new VerticalPodAutoscaler(web, 'sizes', {
        target,
        updates: VerticalUpdates.INITIAL,
        containers: [
          { min: { cpu: Cpu.millis(10) }, keepsLimits: true },
          { container: 'x', isLeftAlone: true },
        ],
      });
    });
    expect(spec).toEqual({
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api' },
      updatePolicy: { updateMode: 'Initial' },
      resourcePolicy: {
        containerPolicies: [
          { containerName: '*', minAllowed: { cpu: '10m' }, controlledValues: 'RequestsOnly' },
          { containerName: 'x', mode: 'Off' },
        ],
      },
    });
  });

  it('refuses what its admission would', () => {
    const problems = problemsOf((web) => {
      new VerticalPodAutoscaler(web, 'sizes', {
        target: web,
        minReplicas: 0,
        containers: [
          { min: { cpu: Cpu.cores(2) }, max: { cpu: Cpu.cores(1) } },
          { isLeftAlone: true, keepsLimits: true },
        ],
      });
    }).join('\n');
    for (const message of [
      'is no API object',
      'minReplicas is 0',
      'min is more than max',
      'container * is there more than once',
      'is left alone',
    ]) {
      expect(problems).toContain(message);
    }
  });
});

describe('ServiceMonitor', () => {
  const service = (web: Application, ports: { name?: string; port: number }[], labels = { app: 'api' }) =>
    new Service(web, 'service', { metadata: { labels }, selector: undefined, ports } as never);

  it('finds a service by its labels', () => {
    const { spec } = objectOf('ServiceMonitor', (web) => {
      new ServiceMonitor(web, 'metrics', {
        service: service(web, [{ name: 'http', port: 80 }]),
        endpoints: [{ interval: Duration.seconds(90), timeout: Duration.seconds(10) }],
      });
    });
    expect(spec).toEqual({
      selector: { matchLabels: { app: 'api' } },
      endpoints: [{ port: 'http', interval: '1m30s', scrapeTimeout: '10s' }],
    });
  });

  it('refuses what would watch nothing', () => {
    const monitor = (
      ports: { name?: string; port: number }[],
      endpoint: { port?: string; interval?: Duration; timeout?: Duration } = {},
      labels?: object,
    ) =>
      problemsOf((web) => {
        new ServiceMonitor(web, 'metrics', {
          service: service(web, ports, labels as never),
          endpoints: [endpoint],
        });
      }).join();
    expect(monitor([{ name: 'http', port: 80 }], { port: 'htp' })).toContain('has no port named "htp"');
    expect(monitor([{ port: 80 }])).toContain('has no name');
    expect(
      monitor([
        { name: 'a', port: 80 },
        { name: 'b', port: 81 },
      ]),
    ).toContain('has 2 ports: say which');
    expect(monitor([{ name: 'http', port: 80 }], {}, {})).toContain('has no labels');
    expect(
      monitor([{ name: 'http', port: 80 }], { interval: Duration.seconds(1), timeout: Duration.seconds(2) }),
    ).toContain('timeout is longer than interval');
    expect(
      problemsOf((web) => {
        new ServiceMonitor(web, 'metrics', { service: new Deployment(web, 'api', { containers }) });
      }).join(),
    ).toContain('is a Deployment, and not a Service');
  });
});

describe('amounts', () => {
  const BYTES: Readonly<Record<string, number>> = {
    Ki: 1,
    Mi: 1024,
    Gi: 1024 ** 2,
    Ti: 1024 ** 3,
    Pi: 1024 ** 4,
  };

  it('of memory lose nothing on the way', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (kibibytes) => {
        const [, amount, unit] = /^(\d+)(Ki|Mi|Gi|Ti|Pi)$/.exec(bytesQuantity(Size.kibibytes(kibibytes)))!;
        expect(Number(amount) * BYTES[unit!]!).toBe(kibibytes);
      }),
    );
  });

  it('of CPU are zero or more, to a thousandth', () => {
    expect(Cpu.cores(0.1)._quantity()).toBe('100m');
    expect(Cpu.cores(2)._quantity()).toBe('2');
    expect(() => Cpu.cores(0.0001)).toThrow(RangeError);
    expect(() => Cpu.millis(-1)).toThrow(RangeError);
    expect(() => Cpu.millis(Number.NaN)).toThrow(RangeError);
  });
});
