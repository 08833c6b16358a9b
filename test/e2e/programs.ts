/** Programs as tests write them: applications and their objects as data, one object a line, so that a test knows on
 * which line each of them stands. */
import type { KubernetesObject } from '../../lib/objects/index.ts';

/** An object without its name, which its construct's id gives it, and without its namespace. */
export type Manifest = Omit<KubernetesObject, 'metadata'> & { readonly metadata?: object };

export interface ApplicationSpec {
  /** Objects by construct id. */
  readonly objects: Readonly<Record<string, Manifest>>;
  /** Applications that this one waits for. */
  readonly after?: readonly string[];
  readonly namespace?: string;
  readonly createNamespace?: boolean;
  /** Properties as code: `prune: Prune.DETACH`. */
  readonly settings?: string;
}

export interface EnvironmentSpec {
  readonly namespace?: string;
  /** An expression: `Cluster.fromServer('…')`. */
  readonly cluster?: string;
  readonly applications: Readonly<Record<string, ApplicationSpec>>;
}

/** The text of `main.ts`. */
export function program(environments: Readonly<Record<string, EnvironmentSpec>>): string {
  const lines = [
    "import { ApiObject } from 'cdk8s';",
    "import { App, Application, Cluster, Conflicts, Drift, Environment, OnFailure, Prune, Wait } from 'truekeel';",
    'void [Cluster, Conflicts, Drift, OnFailure, Prune, Wait];',
    'const app = new App();',
  ];
  let scopes = 0;
  for (const [name, { namespace, cluster, applications }] of Object.entries(environments)) {
    const environment = `environment${++scopes}`;
    const props = [
      ...(namespace === undefined ? [] : [`namespace: ${JSON.stringify(namespace)}`]),
      ...(cluster === undefined ? [] : [`cluster: ${cluster}`]),
    ];
    lines.push(`const ${environment} = new Environment(app, '${name}', { ${props.join(', ')} });`);
    const variables = new Map<string, string>();
    for (const [application, spec] of Object.entries(applications)) {
      const variable = `${environment}_application${variables.size + 1}`;
      variables.set(application, variable);
      const settings = [
        ...(spec.namespace === undefined ? [] : [`namespace: ${JSON.stringify(spec.namespace)}`]),
        ...(spec.createNamespace ? ['createNamespace: true'] : []),
        ...(spec.settings === undefined ? [] : [spec.settings]),
      ];
      lines.push(
        `const ${variable} = new Application(${environment}, '${application}', { ${settings.join(', ')} });`,
      );
      for (const [id, manifest] of Object.entries(spec.objects))
        lines.push(`new ApiObject(${variable}, '${id}', ${JSON.stringify(manifest)});`);
    }
    for (const [application, { after = [] }] of Object.entries(applications))
      for (const other of after)
        lines.push(`${variables.get(application)}.addDependency(${variables.get(other)});`);
  }
  return `${[...lines, 'app.synth();'].join('\n')}\n`;
}

/** The program of one environment, `staging`, whose objects are all in one namespace that its first application makes. */
export function staging(
  namespace: string,
  applications: Readonly<Record<string, ApplicationSpec | ApplicationSpec['objects']>>,
): string {
  const specs = Object.entries(applications).map(([name, given], index): [string, ApplicationSpec] => {
    const spec = isSpec(given) ? given : { objects: given };
    return [name, { createNamespace: index === 0, ...spec }];
  });
  return program({ staging: { namespace, applications: Object.fromEntries(specs) } });
}

function isSpec(given: ApplicationSpec | ApplicationSpec['objects']): given is ApplicationSpec {
  return 'objects' in given && !('apiVersion' in given.objects);
}

/** The line of a program, counted from 1, that has the text. */
export function lineOf(text: string, part: string): number {
  const index = text.split('\n').findIndex((line) => line.includes(part));
  if (index < 0) throw new Error(`no line has ${part}`);
  return index + 1;
}

export function configMap(data: Readonly<Record<string, string>> = { key: 'value' }): Manifest {
  return { apiVersion: 'v1', kind: 'ConfigMap', data };
}

export interface DeploymentSpec {
  readonly replicas?: number;
  readonly image?: string;
  /** Of the pod template. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Further members of the pod's spec. */
  readonly pod?: object;
}

export function deployment(app: string, spec: DeploymentSpec = {}): Manifest {
  const { replicas = 1, image = 'registry.k8s.io/pause:3.9', annotations, pod } = spec;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    spec: {
      replicas,
      selector: { matchLabels: { app } },
      template: {
        metadata: { labels: { app }, ...(annotations && { annotations }) },
        spec: { containers: [{ name: 'main', image }], ...pod },
      },
    },
  };
}

export function service(app: string): Manifest {
  return { apiVersion: 'v1', kind: 'Service', spec: { selector: { app }, ports: [{ port: 80 }] } };
}
