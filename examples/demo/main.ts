import { ApiObject, Cron, Duration } from 'cdk8s';
import {
  ConfigMap,
  type ContainerProps,
  CronJob,
  Deployment,
  EnvValue,
  Probe,
  Service,
  ServiceAccount,
  StatefulSet,
} from 'cdk8s-plus-27';
import { App, Application, Environment } from 'truekeel';
import settings from './settings.json' with { type: 'json' };

/** Does nothing, in every cluster's registry. */
const CONTAINER: ContainerProps = {
  image: 'registry.k8s.io/pause:3.9',
  portNumber: 8080,
  resources: {},
  startup: Probe.fromCommand(['/pause', '-v']),
  securityContext: { user: 65535 },
};

interface Size {
  readonly web: number;
  readonly api: number;
}

class Cache extends Application {
  readonly service: Service;

  constructor(scope: Environment, id: string) {
    super(scope, id, { createNamespace: true });
    this.service = new Service(this, 'cache', { ports: [{ port: 6379 }] });
    new StatefulSet(this, 'nodes', {
      service: this.service,
      replicas: 2,
      containers: [CONTAINER],
    });
  }
}

class Api extends Application {
  constructor(scope: Environment, id: string, cache: Cache, size: Size) {
    super(scope, id);
    this.addDependency(cache);
    const config = new ConfigMap(this, 'settings', {
      data: { environment: scope.name, cache: cache.service.name, log: 'info' },
    });
    const api = new Deployment(this, 'api', {
      replicas: size.api,
      serviceAccount: new ServiceAccount(this, 'account'),
      containers: [CONTAINER],
    });
    api.containers[0]?.env.addVariable('LOG', EnvValue.fromConfigMap(config, 'log'));
    api.exposeViaService();
    new ApiObject(this, 'budget', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      spec: { maxUnavailable: 1, selector: { matchLabels: api.matchLabels } },
    });
  }
}

class Web extends Application {
  constructor(scope: Environment, id: string, api: Api, size: Size) {
    super(scope, id);
    this.addDependency(api);
    const web = new Deployment(this, 'web', {
      replicas: size.web,
      containers: [CONTAINER],
    });
    web.exposeViaService().exposeViaIngress('/');
    new CronJob(this, 'report', {
      schedule: Cron.daily(),
      timeZone: 'Etc/UTC',
      startingDeadline: Duration.minutes(5),
      containers: [CONTAINER],
    });
  }
}

const app = new App();
const environment = (name: string, promotesFrom: Environment[], size: Size): Environment => {
  const scope = new Environment(app, name, { namespace: `${settings.namespace}-${name}`, promotesFrom });
  const cache = new Cache(scope, 'cache');
  const api = new Api(scope, 'api', cache, size);
  new Web(scope, 'web', api, size);
  return scope;
};

const staging = environment('staging', [], { web: 1, api: 1 });
environment('production', [staging], { web: 3, api: 2 });
app.synth();
