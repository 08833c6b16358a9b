/** Takes releases of Helm over, once all of their objects are ours. */
import type { KubeClient } from '../kube/index.ts';
import { KubeError } from '../kube/index.ts';
import type { PlannedHelmRelease } from '../plan/index.ts';
import { RECORD_OWNER } from '../plan/index.ts';

/** Gives the records of releases another owner, so that Helm finds them no more: neither `helm uninstall` nor `helm
 * upgrade` can touch what they list. Nothing is deleted; the old label gives them back. */
export async function putReleasesAside(
  client: KubeClient,
  releases: readonly PlannedHelmRelease[],
): Promise<void> {
  const taken = releases.filter(({ resolution }) => resolution === 'take-over');
  if (taken.length === 0) return;
  const resource = await client.resource({ group: '', version: 'v1', kind: 'Secret' });
  for (const { namespace, records } of taken) {
    for (const { name, uid } of records) {
      const metadata = { uid, labels: { [RECORD_OWNER.label]: RECORD_OWNER.us } };
      try {
        await client.patch(resource, { namespace, name }, { metadata }, { type: 'merge' });
      } catch (error) {
        // Helm keeps the last ten revisions only: this one went meanwhile.
        if (!(error instanceof KubeError) || error.code !== 'NOT_FOUND') throw error;
      }
    }
  }
}
