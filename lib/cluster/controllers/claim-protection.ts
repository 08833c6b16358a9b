import type { KubernetesObject } from '../../objects/index.ts';
import { type Controller, itself, type ObjectName } from './controller.ts';
import { PERSISTENT_VOLUME_CLAIM, POD } from './kinds.ts';
import { isOver } from './pods.ts';

const PROTECTION = 'kubernetes.io/pvc-protection';

/** Lets a claim that is being deleted go when no pod uses it any more. */
export const claimProtectionController: Controller = {
  manager: 'kube-controller-manager',
  component: 'pvc-protection-controller',
  watches: [
    itself(PERSISTENT_VOLUME_CLAIM),
    {
      kind: POD,
      names: ({ type, object }) => (type === 'DELETED' || isOver(object) ? claimsOf(object) : []),
    },
  ],
  reconcile({ client }, { namespace, name }) {
    const claim = client.get(PERSISTENT_VOLUME_CLAIM, namespace, name);
    if (claim?.metadata.deletionTimestamp === undefined) return;
    const { finalizers = [] } = claim.metadata;
    if (!finalizers.includes(PROTECTION)) return;
    const isUsed = client
      .list(POD, { namespace })
      .some((pod) => !isOver(pod) && claimsOf(pod).some((used) => used.name === name));
    if (isUsed) return;
    const others = finalizers.filter((finalizer) => finalizer !== PROTECTION);
    client.update({ ...claim, metadata: { ...claim.metadata, finalizers: others } });
  },
};

function claimsOf({ metadata, spec }: KubernetesObject): readonly ObjectName[] {
  return (spec?.volumes ?? [])
    .map(
      (volume: { persistentVolumeClaim?: { claimName: string } }) => volume.persistentVolumeClaim?.claimName,
    )
    .filter((name: string | undefined) => name !== undefined)
    .map((name: string) => ({ namespace: metadata.namespace ?? '', name }));
}
