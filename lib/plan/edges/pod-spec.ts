import type { JsonObject, JsonValue, KubernetesObject, ObjectKey } from '../../objects/index.ts';
import { fieldOf, isMap, itemsOf, stringOf } from '../field-path.ts';

/** Where a workload keeps its pod template: itself, for a Pod; `spec.template` of what makes pods; a CronJob's is one
 * level deeper, and so is that of KEDA's ScaledJob. */
function podTemplateOf(object: KubernetesObject): JsonValue | undefined {
  if (object.kind === 'Pod') return object;
  return (
    fieldOf(object, 'spec', 'template') ??
    fieldOf(object, 'spec', 'jobTemplate', 'spec', 'template') ??
    fieldOf(object, 'spec', 'jobTargetRef', 'template')
  );
}

export function podSpecOf(object: KubernetesObject): JsonObject | undefined {
  const spec = fieldOf(podTemplateOf(object), 'spec');
  return isMap(spec) && Array.isArray(spec.containers) ? spec : undefined;
}

/** The labels that its pods will have. */
export function podTemplateLabels(object: KubernetesObject): JsonValue | undefined {
  return fieldOf(podTemplateOf(object), 'metadata', 'labels');
}

/** What a pod mounts, reads its environment from, or pulls its images with, all of it in its own namespace.
 * Ephemeral containers are not looked at: no object is created with one. */
export function podReferences(spec: JsonObject): {
  readonly configMaps: ReadonlySet<string>;
  readonly secrets: ReadonlySet<string>;
  readonly claims: ReadonlySet<string>;
  readonly others: readonly Omit<ObjectKey, 'namespace'>[];
} {
  const configMaps = new Set<string>();
  const secrets = new Set<string>();
  const claims = new Set<string>();
  const others: Omit<ObjectKey, 'namespace'>[] = [];
  const add = (set: Set<string>, value: JsonValue | undefined, field = 'name') => {
    const name = stringOf(value, field);
    if (name !== undefined) set.add(name);
  };
  const addOther = (group: string, kind: string, name: string | undefined) => {
    if (name !== undefined) others.push({ group, kind, name });
  };
  for (const volume of itemsOf(spec, 'volumes')) {
    add(configMaps, volume.configMap);
    add(secrets, volume.secret, 'secretName');
    add(claims, volume.persistentVolumeClaim, 'claimName');
    for (const source of itemsOf(volume, 'projected', 'sources')) {
      add(configMaps, source.configMap);
      add(secrets, source.secret);
    }
    add(secrets, fieldOf(volume, 'csi', 'nodePublishSecretRef'));
    // The volume types that take a Secret themselves (core/v1 VolumeSource).
    for (const type of ['cephfs', 'rbd', 'iscsi', 'scaleIO', 'storageos', 'flexVolume', 'cinder'])
      add(secrets, fieldOf(volume, type, 'secretRef'));
    add(secrets, volume.azureFile, 'secretName');
    if (stringOf(volume, 'csi', 'driver') === 'secrets-store.csi.k8s.io') {
      addOther(
        'secrets-store.csi.x-k8s.io',
        'SecretProviderClass',
        stringOf(volume, 'csi', 'volumeAttributes', 'secretProviderClass'),
      );
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
  for (const claim of itemsOf(spec, 'resourceClaims')) {
    addOther('resource.k8s.io', 'ResourceClaim', stringOf(claim, 'resourceClaimName'));
    addOther('resource.k8s.io', 'ResourceClaimTemplate', stringOf(claim, 'resourceClaimTemplateName'));
  }
  return { configMaps, secrets, claims, others };
}
