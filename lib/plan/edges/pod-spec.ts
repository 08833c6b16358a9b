import type { JsonObject, JsonValue, KubernetesObject } from '../../objects/index.ts';
import { fieldOf, isMap, itemsOf, stringOf } from '../field-path.ts';

/** Where a workload keeps its pod's spec: `spec` of a Pod, `spec.template.spec` of what makes pods, and a
 * CronJob's one level deeper. */
export function podSpecOf(object: KubernetesObject): JsonObject | undefined {
  const spec =
    object.kind === 'Pod'
      ? fieldOf(object, 'spec')
      : (fieldOf(object, 'spec', 'template', 'spec') ??
        fieldOf(object, 'spec', 'jobTemplate', 'spec', 'template', 'spec'));
  return isMap(spec) && Array.isArray(spec.containers) ? spec : undefined;
}

/** Names of objects of one kind that a pod mounts, reads its environment from, or pulls its images with. */
export function podReferences(spec: JsonObject): {
  readonly configMaps: ReadonlySet<string>;
  readonly secrets: ReadonlySet<string>;
  readonly claims: ReadonlySet<string>;
} {
  const configMaps = new Set<string>();
  const secrets = new Set<string>();
  const claims = new Set<string>();
  const add = (set: Set<string>, value: JsonValue | undefined, field = 'name') => {
    const name = stringOf(value, field);
    if (name !== undefined) set.add(name);
  };
  for (const volume of itemsOf(spec, 'volumes')) {
    add(configMaps, volume.configMap);
    add(secrets, volume.secret, 'secretName');
    add(claims, volume.persistentVolumeClaim, 'claimName');
    for (const source of itemsOf(volume, 'projected', 'sources')) {
      add(configMaps, source.configMap);
      add(secrets, source.secret);
    }
  }
  for (const container of [...itemsOf(spec, 'initContainers'), ...itemsOf(spec, 'containers')]) {
    for (const source of itemsOf(container, 'envFrom')) {
      add(configMaps, source.configMapRef);
      add(secrets, source.secretRef);
    }
    for (const variable of itemsOf(container, 'env')) {
      add(configMaps, fieldOf(variable, 'valueFrom', 'configMapKeyRef'));
      add(secrets, fieldOf(variable, 'valueFrom', 'secretKeyRef'));
    }
  }
  for (const secret of itemsOf(spec, 'imagePullSecrets')) add(secrets, secret);
  return { configMaps, secrets, claims };
}
