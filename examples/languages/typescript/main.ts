import { ApiObject, Cron, Duration, JsonPatch, Size } from 'cdk8s';
import type { IConstruct } from 'constructs';
import {
  App,
  Application,
  Config,
  Cpu,
  Drift,
  Environment,
  EnvironmentSource,
  EnvironmentValue,
  GatewayReference,
  HealthCheck,
  type IMixin,
  Mixins,
  Mount,
  OnFailure,
  Policies,
  Policy,
  PolicyException,
  type PolicyFinding,
  type PolicyObject,
  Prune,
  Settings,
  Severity,
  Topology,
  TopologySpread,
  Workload,
  WorkloadKind,
} from 'truekeel';
import { Greeting } from './imports/greeter.example.com.ts';

/** Somebody answers for each Deployment. */
class HasOwner extends Policy {
  constructor() {
    super('has-owner');
  }

  override checkObject({ kind, manifest }: PolicyObject): PolicyFinding[] {
    if (kind !== 'Deployment' || manifest.metadata.labels?.owner) return [];
    return [{ message: 'has no label "owner"', field: 'metadata.labels', hint: 'Name your team.' }];
  }
}

/** Says to whom objects belong. */
class Owned implements IMixin {
  readonly #owner: string;

  constructor(owner: string) {
    this.#owner = owner;
  }

  supports(construct: IConstruct): boolean {
    return ApiObject.isApiObject(construct);
  }

  applyTo(construct: IConstruct): void {
    ApiObject.of(construct).metadata.addLabel('owner', this.#owner);
  }
}

/** A store, object by object. */
class Store extends Application {
  readonly deployment: ApiObject;

  constructor(scope: Environment, name: string) {
    const selector = { 'app.kubernetes.io/name': name };
    super(scope, name, { drift: Drift.CORRECT, labels: selector });
    const settings = new ApiObject(this, `${name}-settings`, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      data: { APPEND_ONLY: 'yes', MAX_MEMORY: '48mb' },
    });
    this.deployment = new ApiObject(this, name, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      spec: {
        replicas: 1,
        selector: { matchLabels: selector },
        template: {
          metadata: { labels: selector },
          spec: {
            containers: [
              {
                name: 'store',
                image: 'registry.example.com/store:2.1.0',
                ports: [{ containerPort: 6379 }],
                envFrom: [{ configMapRef: { name: settings.name } }],
                resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '64Mi' } },
              },
            ],
          },
        },
      },
    });
    new ApiObject(this, `${name}-service`, {
      apiVersion: 'v1',
      kind: 'Service',
      spec: { selector, ports: [{ port: 80, targetPort: 6379 }] },
    });
    const data = new ApiObject(this, `${name}-data`, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    });
    Settings.of(data).prune(Prune.PROTECT);
  }
}

/** What greets, what cleans up behind it, and what it says: a custom resource. */
class Greeter extends Application {
  constructor(scope: Environment, name: string, { replicas }: { readonly replicas: number }) {
    super(scope, name, { drift: Drift.CORRECT });
    const image = 'registry.example.com/greeter:1.4.2';
    const settings = new Config(this, 'settings', {
      data: { GREETING: 'Grüße, 世界', STORE: 'store-service:80', LEVEL: '0755' },
    });
    const web = new Workload(this, 'web', {
      image,
      port: 8080,
      morePorts: { metrics: 9090 },
      replicas,
      environmentFrom: [EnvironmentSource.config(settings)],
      environmentValues: { POD: EnvironmentValue.field('metadata.name') },
      mounts: [Mount.emptyDirectory('/cache', Size.mebibytes(32))],
      requests: { cpu: Cpu.millis(100), memory: Size.mebibytes(64) },
      readiness: HealthCheck.http('/ready', { period: Duration.seconds(5) }),
      spread: new TopologySpread({ over: [Topology.ZONE] }),
      route: {
        gateway: GatewayReference.named('public', { namespace: 'gateways' }),
        hostnames: ['greeter.example.com'],
      },
    });
    web.addInitContainer('migrate', { image, args: ['migrate'] });
    web.patch(JsonPatch.add('/spec/revisionHistoryLimit', 3));
    new Workload(this, 'cleanup', {
      kind: WorkloadKind.CRON_JOB,
      schedule: Cron.daily(),
      timeZone: 'Europe/Rome',
      image,
      args: ['clean-up', '--from', web.url],
    });
    new Greeting(this, 'greeting', {
      spec: {
        fromValue: 'greeter',
        texts: [
          { language: 'de', text: 'Grüße', defaultValue: true },
          { language: 'zh', text: '世界' },
        ],
        serverIP: '192.0.2.7',
        tone: 'formal',
        port: 'metrics',
        limits: { guests: 30, partners: 600 },
        rendering: { columns: 80, emphasis: { words: ['world'] } },
      },
    });
    Greeting.fromManifest(this, 'farewell', {
      spec: { from: 'greeter', texts: [{ language: 'it', text: 'Ciao', default: true }], port: 9090 },
    });
    Mixins.of(this).apply(new Owned('greeters'));
  }
}

const app = new App({ project: 'greeter', policies: [new HasOwner()] });
const staging = new Environment(app, 'staging', { namespace: 'greeter', kubernetesVersion: '1.33' });
const production = new Environment(app, 'production', {
  namespace: 'greeter',
  kubernetesVersion: '1.33',
  promotesFrom: [staging],
  onFailure: OnFailure.ROLL_BACK,
  policies: [Policies.starterRule('latest-tag', { severity: Severity.ERROR })],
});

for (const [environment, replicas] of [
  [staging, 1],
  [production, 3],
] as const) {
  const store = new Store(environment, 'store');
  PolicyException.add(store.deployment, {
    policy: 'has-owner',
    reason: 'the store moves to the platform team',
    expires: '2099-12-31',
  });
  const greeter = new Greeter(environment, 'greeter', { replicas });
  greeter.addDependency(store);
}

app.synth();
