import { ApiObject } from 'cdk8s';
import {
  App,
  Application,
  Drift,
  Environment,
  OnFailure,
  Policies,
  Policy,
  PolicyException,
  type PolicyFinding,
  type PolicyObject,
  Prune,
  Settings,
  Severity,
} from 'truekeel';

/** Somebody answers for each workload. */
class HasOwner extends Policy {
  constructor() {
    super('has-owner');
  }

  override checkObject({ kind, manifest }: PolicyObject): PolicyFinding[] {
    if (kind !== 'Deployment' || manifest.metadata.labels?.owner) return [];
    return [{ message: 'has no label "owner"', field: 'metadata.labels', hint: 'Name your team.' }];
  }
}

interface ServiceProps {
  readonly image: string;
  readonly port: number;
  readonly replicas: number;
  readonly config: Record<string, string>;
  readonly owner?: string;
}

/** A Deployment with its Service and its ConfigMap. */
class WebService extends Application {
  readonly deployment: ApiObject;

  constructor(scope: Environment, name: string, { image, port, replicas, config, owner }: ServiceProps) {
    const selector = { 'app.kubernetes.io/name': name };
    super(scope, name, { drift: Drift.CORRECT, labels: selector });
    const settings = new ApiObject(this, `${name}-settings`, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      data: config,
    });
    this.deployment = new ApiObject(this, name, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: owner === undefined ? {} : { labels: { owner } },
      spec: {
        replicas,
        selector: { matchLabels: selector },
        template: {
          metadata: { labels: selector },
          spec: {
            containers: [
              {
                name: 'web',
                image,
                ports: [{ containerPort: port }],
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
      spec: { selector, ports: [{ port: 80, targetPort: port }] },
    });
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
  const store = new WebService(environment, 'store', {
    image: 'registry.example.com/store:2.1.0',
    port: 6379,
    replicas: 1,
    config: { APPEND_ONLY: 'yes', MAX_MEMORY: '48mb' },
  });
  PolicyException.add(store.deployment, {
    policy: 'has-owner',
    reason: 'the store moves to the platform team',
    expires: '2099-12-31',
  });
  const data = new ApiObject(store, 'store-data', {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  });
  Settings.of(data).prune(Prune.PROTECT);
  const web = new WebService(environment, 'web', {
    image: 'registry.example.com/greeter:1.4.2',
    port: 8080,
    replicas,
    owner: 'greeters',
    config: { GREETING: 'Grüße, 世界', STORE: 'store-service:80', LEVEL: '0755' },
  });
  web.addDependency(store);
}

app.synth();
