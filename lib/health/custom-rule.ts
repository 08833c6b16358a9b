/** Finds the rule of a custom kind. Most runs judge no custom object, and do not pay for the data. */
import { createRequire } from 'node:module';
import { conditionsIn } from './fields.ts';
import type { HealthRule } from './health.ts';
import type { CustomRules } from './rules/custom/index.ts';
import { kindRule } from './rules/kind-rule.ts';

/** Groups of Kubernetes itself; those without a dot are, too. */
const BUILT_IN: ReadonlySet<string> = new Set([
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'internal.apiserver.k8s.io',
  'lifecycle.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
  'storagemigration.k8s.io',
]);

let loaded: CustomRules | undefined;

/** By require, as judging is synchronous. */
function loadRules(): CustomRules {
  if (!loaded) {
    const file = `./rules/custom/index.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`;
    // What is required is the module that the type comes from.
    const data = createRequire(import.meta.url)(file) as { readonly customRules: CustomRules };
    loaded = data.customRules;
  }
  return loaded;
}

const made = new Map<string, HealthRule>();

/** The rule of a kind, as `Certificate.cert-manager.io`; undefined for kinds of Kubernetes itself. */
export function customRule(groupKind: string): HealthRule | undefined {
  const group = groupKind.slice(groupKind.indexOf('.') + 1);
  if (!group.includes('.') || BUILT_IN.has(group)) return undefined;
  let rule = made.get(groupKind);
  if (!rule) {
    rule = makeRule(groupKind, loadRules());
    made.set(groupKind, rule);
  }
  return rule;
}

function makeRule(groupKind: string, { kinds, groups, claims }: CustomRules): HealthRule {
  const own = Object.hasOwn(kinds, groupKind) ? kinds[groupKind] : undefined;
  const end = Object.keys(groups).find((suffix) => groupKind.endsWith(suffix));
  const rule = own ?? (end === undefined ? undefined : groups[end]);
  return rule ? kindRule(rule) : claimRule(claims);
}

function claimRule({ reasons, rule }: CustomRules['claims']): HealthRule {
  const judge = kindRule(rule);
  return (object, context) =>
    conditionsIn(object, 'status.conditions').some(
      ({ type, reason }) => type === 'Synced' && reasons.has(reason),
    )
      ? judge(object, context)
      : undefined;
}
