/** Who in a cluster may change or refuse what is written: admission webhooks and admission policies. */
import type { ApiResource, KubeClient } from '../../kube/index.ts';
import { KubeError } from '../../kube/index.ts';
import type { JsonObject, JsonValue } from '../../objects/index.ts';
import { fieldOf, itemsOf } from '../field-path.ts';

const GROUP = 'admissionregistration.k8s.io';

/** Where each kind keeps rules for what it looks at. A binding without its policy does nothing. */
const RULES: Readonly<Record<string, (object: JsonObject) => readonly JsonObject[]>> = {
  MutatingWebhookConfiguration: webhookRules,
  ValidatingWebhookConfiguration: webhookRules,
  MutatingAdmissionPolicy: policyRules,
  ValidatingAdmissionPolicy: policyRules,
  MutatingAdmissionPolicyBinding: () => [],
  ValidatingAdmissionPolicyBinding: () => [],
};

function webhookRules(object: JsonObject): readonly JsonObject[] {
  return itemsOf(object, 'webhooks').flatMap((webhook) => itemsOf(webhook, 'rules'));
}

function policyRules(object: JsonObject): readonly JsonObject[] {
  return itemsOf(object, 'spec', 'matchConstraints', 'resourceRules');
}

/** Says of a kind whether somebody may look at its updates. */
export type MayIntercept = (resource: ApiResource) => boolean;

/** Reads who intercepts: one list for each kind of webhook configuration and policy.
 * @returns undefined where that cannot be known: we may not see it, or the server has plugins of its own */
export async function readInterceptors(client: KubeClient): Promise<MayIntercept | undefined> {
  const served = await client.resources();
  const kinds = served.filter(({ group }) => group === GROUP);
  // OpenShift's API server resolves images, and more, by plugins that no API shows.
  const isForeign = served.some(({ group }) => group.endsWith('.openshift.io'));
  if (isForeign || kinds.length === 0 || kinds.some(({ kind }) => !RULES[kind])) return undefined;
  try {
    const lists = await Promise.all(
      kinds
        .filter(({ kind }) => !kind.endsWith('Binding'))
        .map(async (resource) => {
          const { items } = await client.list(resource);
          return items.flatMap((item) => RULES[resource.kind]!(item as unknown as JsonObject)); // as read: JSON
        }),
    );
    const rules = lists.flat();
    return (resource) => rules.some((rule) => matches(rule, resource));
  } catch (error) {
    if (error instanceof KubeError && error.code === 'FORBIDDEN') return undefined;
    throw error;
  }
}

/** Errs on the side of a match: selectors, exclusions and conditions are not looked at, and a resource that is named
 * counts in every group, since webhooks also see equivalent ones (matchPolicy). */
function matches(rule: JsonObject, { group, plural }: ApiResource): boolean {
  const operations = strings(fieldOf(rule, 'operations'));
  if (!operations.includes('*') && !operations.includes('UPDATE')) return false;
  const resources = strings(fieldOf(rule, 'resources'));
  if (resources.includes(plural)) return true;
  const groups = strings(fieldOf(rule, 'apiGroups'));
  const anyResource =
    resources.includes('*') || resources.includes('*/*') || resources.includes(`${plural}/*`);
  return anyResource && (groups.includes('*') || groups.includes(group));
}

function strings(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
