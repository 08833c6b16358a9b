/** What becomes of stored data. */
import type { JsonObject } from '../../objects/index.ts';
import { fieldOf, itemsOf, numberOf, stringOf } from '../field-path.ts';
import { formatGroupKind } from '../live.ts';
import type { Effect } from '../plan.ts';
import type { Consequence } from './consequence.ts';
import { isRemoval } from './consequence.ts';

const touches = (message: string): Effect => ({ kind: 'touches-data', message });
const keeps = (message: string): Effect => ({ kind: 'keeps-data', message });

export function touchesData(consequence: Consequence): Effect | undefined {
  const find = FINDERS[formatGroupKind(consequence.key)];
  // Objects that were read are JSON.
  return find?.(consequence, consequence.live as JsonObject | undefined, consequence.after as JsonObject);
}

type Find = (
  consequence: Consequence,
  live: JsonObject | undefined,
  after: JsonObject | undefined,
) => Effect | undefined;

const FINDERS: Readonly<Record<string, Find>> = {
  Namespace: (consequence) =>
    isRemoval(consequence)
      ? { kind: 'removes-namespace', message: 'deletes everything in it, also what is not ours' }
      : undefined,

  PersistentVolumeClaim: (consequence) => {
    if (isRemoval(consequence)) return claimRemoved(consequence);
    const size = consequence.changes.find(({ path }) => path.startsWith('spec.resources.requests'));
    if (!size || consequence.action === 'create') return;
    return touches('makes the volume larger, which cannot be undone');
  },

  PersistentVolume: (consequence, live, after) => {
    const policy = stringOf(live, 'spec', 'persistentVolumeReclaimPolicy');
    if (isRemoval(consequence)) {
      if (policy === 'Retain') return keeps('deletes the volume; what it holds stays where it is');
      return touches(policy === 'Delete' ? 'deletes the volume and what it holds' : 'deletes the volume');
    }
    const next = stringOf(after, 'spec', 'persistentVolumeReclaimPolicy');
    if (live === undefined || next === policy || next === 'Retain' || next === undefined) return;
    return touches('what the volume holds goes with its claim from now on');
  },

  'StatefulSet.apps': (consequence, live, after) => {
    if (isRemoval(consequence)) return setRemoved(live);
    if (live === undefined || after === undefined) return;
    const gone = (replicas(live) ?? 0) - (replicas(after) ?? 0);
    if (gone > 0 && hasClaims(live) && policyOf(after, 'whenScaled') === 'Delete')
      return touches(`deletes the claims of ${gone} ${gone === 1 ? 'pod' : 'pods'}`);
    if (policyOf(live, 'whenDeleted') !== 'Delete' && policyOf(after, 'whenDeleted') === 'Delete')
      return touches('its claims go with it from now on');
    return;
  },
};

/** A claim takes its volume along unless the volume is retained (Kubernetes, "Persistent Volumes": reclaiming). */
function claimRemoved({ live, volume }: Consequence): Effect {
  const name = stringOf(live as JsonObject | undefined, 'spec', 'volumeName') ?? '';
  if (live !== undefined && name === '') return touches('deletes the claim, which has no volume yet');
  const policy = stringOf(volume as JsonObject | undefined, 'spec', 'persistentVolumeReclaimPolicy');
  if (policy === 'Retain') return keeps(`deletes the claim; its volume ${name} is retained`);
  if (policy === 'Delete') return touches(`deletes the claim and the data in its volume ${name}`);
  return touches('deletes the claim, and the data where its volume is not retained');
}

/** Claims of a StatefulSet stay unless its persistentVolumeClaimRetentionPolicy says otherwise. */
function setRemoved(live: JsonObject | undefined): Effect | undefined {
  if (live === undefined) return touches('removes pods that have volumes of their own');
  if (!hasClaims(live)) return undefined;
  return policyOf(live, 'whenDeleted') === 'Delete'
    ? touches('deletes the claims of its pods, and the data where volumes are not retained')
    : keeps('leaves the claims of its pods, and their data, behind');
}

function hasClaims(set: JsonObject): boolean {
  return itemsOf(set, 'spec', 'volumeClaimTemplates').length > 0;
}

function replicas(set: JsonObject): number | undefined {
  return numberOf(set, 'spec', 'replicas');
}

function policyOf(set: JsonObject, when: 'whenDeleted' | 'whenScaled'): string | undefined {
  const policy = fieldOf(set, 'spec', 'persistentVolumeClaimRetentionPolicy', when);
  return typeof policy === 'string' ? policy : undefined;
}
