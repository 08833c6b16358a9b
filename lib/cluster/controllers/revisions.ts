/** ControllerRevisions: what a StatefulSet's or DaemonSet's pods looked like at each revision of its template. */
import type { JsonObject, KubernetesObject } from '../../objects/index.ts';
import type { Reconciliation } from './controller.ts';
import { CONTROLLER_REVISION } from './kinds.ts';
import { hashOf } from './names.ts';
import { adoptOrphan, controllerReference } from './owned.ts';

export const REVISION_HASH = 'controller-revision-hash';

/** The revision of the present template; it is recorded when it is new, and becomes the newest when it is not.
 * @returns its name, which is what status and labels hold (a DaemonSet's labels hold the hash alone) */
export function ensureRevision(
  context: Reconciliation,
  owner: KubernetesObject,
): { name: string; hash: string } {
  const hash = hashOf(owner.spec.template);
  const name = `${owner.metadata.name}-${hash}`;
  adoptOrphan(context, owner, CONTROLLER_REVISION, name);
  const all = context.owned.of(context.client, CONTROLLER_REVISION, owner);
  const existing = all.find((revision) => revision.metadata.name === name);
  const newest = Math.max(0, ...all.filter((other) => other !== existing).map(({ revision }) => revision));
  if (!existing) {
    context.client.create({
      ...CONTROLLER_REVISION,
      metadata: {
        name,
        namespace: owner.metadata.namespace ?? '',
        labels: {
          ...owner.spec.template.metadata?.labels,
          [owner.kind === 'StatefulSet' ? 'controller.kubernetes.io/hash' : REVISION_HASH]: hash,
        },
        ownerReferences: [controllerReference(owner)],
      },
      data: { spec: { template: { ...owner.spec.template, $patch: 'replace' } } },
      revision: newest + 1,
    });
  } else if (existing.revision <= newest) {
    context.client.update({ ...existing, revision: newest + 1 });
  }
  return { name, hash };
}

/** The template that a revision stands for; undefined when it is not recorded any more. */
export function templateOf(
  { client }: Reconciliation,
  owner: KubernetesObject,
  revision: string,
): JsonObject | undefined {
  const recorded = client.get(CONTROLLER_REVISION, owner.metadata.namespace ?? '', revision);
  const { $patch: _, ...template } = recorded?.data?.spec?.template ?? {};
  return recorded && template;
}
