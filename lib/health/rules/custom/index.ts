/** The rules of widespread custom kinds: data, one file for each project or family. They are written from each project's
 * documentation and API types, which the files name where there is more than a condition to it. */
import { conditionsIn } from '../../fields.ts';
import type { HealthRule } from '../../health.ts';
import { type KindRules, kindRule } from '../kind-rule.ts';
import { argo } from './argo.ts';
import { batch } from './batch.ts';
import { certManager } from './cert-manager.ts';
import { cloudNativePg } from './cloudnative-pg.ts';
import { clouds } from './clouds.ts';
import { clusterApi } from './cluster-api.ts';
import { CROSSPLANE_RESOURCE, crossplane, SYNCED_REASONS } from './crossplane.ts';
import { databases } from './databases.ts';
import { flux } from './flux.ts';
import { gatewayApi } from './gateway-api.ts';
import { karpenter } from './karpenter.ts';
import { keda } from './keda.ts';
import { knative } from './knative.ts';
import { kyverno } from './kyverno.ts';
import { monitoring } from './monitoring.ts';
import { networking } from './networking.ts';
import { openKruise } from './open-kruise.ts';
import { platform } from './platform.ts';
import { secrets } from './secrets.ts';
import { storage } from './storage.ts';
import { strimzi } from './strimzi.ts';
import { tekton } from './tekton.ts';
import { velero } from './velero.ts';

/** By group kind. */
export const CUSTOM_RULES: KindRules = {
  ...argo,
  ...batch,
  ...certManager,
  ...cloudNativePg,
  ...clusterApi,
  ...crossplane,
  ...databases,
  ...flux,
  ...gatewayApi,
  ...karpenter,
  ...keda,
  ...knative,
  ...kyverno,
  ...monitoring,
  ...networking,
  ...openKruise,
  ...platform,
  ...secrets,
  ...storage,
  ...strimzi,
  ...tekton,
  ...velero,
};

/** By the end of the group. */
export const GROUP_RULES: KindRules = clouds;

const crossplaneResource = kindRule(CROSSPLANE_RESOURCE);

/** A claim's group is its author's choice, but not the reasons of its Synced condition. */
const claim: HealthRule = (object, context) =>
  conditionsIn(object, 'status.conditions').some(
    ({ type, reason }) => type === 'Synced' && SYNCED_REASONS.has(reason),
  )
    ? crossplaneResource(object, context)
    : undefined;

const made = new Map<string, HealthRule>();

/** The rule of a custom kind. */
export function customRule(groupKind: string): HealthRule {
  let rule = made.get(groupKind);
  if (!rule) {
    rule = makeRule(groupKind);
    made.set(groupKind, rule);
  }
  return rule;
}

function makeRule(groupKind: string): HealthRule {
  if (Object.hasOwn(CUSTOM_RULES, groupKind)) return kindRule(CUSTOM_RULES[groupKind]!); // checked just now
  const group = Object.keys(GROUP_RULES).find((end) => groupKind.endsWith(end));
  return group === undefined ? claim : kindRule(GROUP_RULES[group]!); // one of its keys
}
