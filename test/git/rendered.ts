/** Rendered environments for tests of the rendered branch. */
import {
  DEFAULT_SETTINGS,
  digestOf,
  emitYaml,
  type KubernetesObject,
  keyOf,
  type ObjectSettings,
  objectPath,
  type RenderedApplication,
  type RenderedEnvironment,
  type RenderedObject,
} from '../../lib/objects/index.ts';

/** A ConfigMap in namespace `web`. */
export function configMap(name: string, data: Readonly<Record<string, string>> = {}): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'web' }, data };
}

export function renderedObject(
  application: string,
  object: KubernetesObject,
  line = 1,
  settings: Partial<ObjectSettings> = {},
): RenderedObject {
  // A literal of JSON values, whatever its type says.
  const yaml = emitYaml(object as never);
  const key = keyOf(object);
  return {
    key,
    apiVersion: object.apiVersion,
    digest: digestOf(yaml),
    settings: { ...DEFAULT_SETTINGS, ...settings },
    path: objectPath(application, key),
    constructPath: `app/${application}/${key.name}`,
    source: { file: 'main.ts', line, column: 3 },
    object,
    yaml,
  };
}

export function application(
  name: string,
  objects: readonly KubernetesObject[],
  line = 1,
): RenderedApplication {
  return {
    name,
    dependsOn: [],
    edges: [],
    objects: objects.map((object, index) => renderedObject(name, object, line + index)),
  };
}

/** Environment `production` on its usual branch. */
export function environment(...applications: readonly RenderedApplication[]): RenderedEnvironment {
  return {
    name: 'production',
    branch: 'rendered/production',
    cluster: { context: 'prod' },
    promotesFrom: ['staging'],
    applications,
  };
}

/** One application `web` with a ConfigMap whose only value is this. */
export function greeting(text: string, line = 1): RenderedEnvironment {
  return environment(
    application('web', [configMap('settings', { greeting: text }), configMap('other')], line),
  );
}
