/** The rules of widespread custom kinds: data, one file for each project or family. They are written from each project's
 * documentation and API types, which the files name where there is more than a condition to it. Nothing here may import code: it is loaded
 * when there is the first custom object to judge ({@link ../../custom-rule.ts}). */
import type { KindRule, KindRules } from '../kind-rule.ts';
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

const CUSTOM_RULES: KindRules = {
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

export interface CustomRules {
  /** By group kind. */
  readonly kinds: KindRules;
  /** By the end of the group. */
  readonly groups: KindRules;
  /** Of Crossplane's claims, whose group is their author's choice, and which are known by the reasons of their Synced
   * condition. */
  readonly claims: { readonly reasons: ReadonlySet<string>; readonly rule: KindRule };
}

export const customRules: CustomRules = {
  kinds: CUSTOM_RULES,
  groups: clouds,
  claims: { reasons: SYNCED_REASONS, rule: CROSSPLANE_RESOURCE },
};
