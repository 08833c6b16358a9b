/** What a server says to new objects that are not kept. */
import { gvkOf, type KubernetesObject } from '../../lib/objects/index.ts';
import { play, type Server } from '../cluster-parity/sequence.ts';

export interface Answer {
  readonly what: string;
  readonly status: number;
  /** The fields that it blames, sorted. */
  readonly fields: readonly string[];
  readonly message: string;
}

const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'IngressClass',
  'MutatingWebhookConfiguration',
  'Namespace',
  'PersistentVolume',
  'PriorityClass',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
]);

function pathFor(object: KubernetesObject): string {
  const { group, version, kind } = gvkOf(object);
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const plural = `${kind.toLowerCase()}s`.replace(/ss+$/, 'sses').replace(/ys$/, 'ies');
  return `${root}${CLUSTER_SCOPED.has(kind) ? '' : '/namespaces/default'}/${plural}?dryRun=All`;
}

export async function answersOf(
  server: Server,
  cases: readonly (readonly [what: string, object: KubernetesObject])[],
): Promise<readonly Answer[]> {
  const requests = cases.map(([, object]) => ({
    method: 'POST' as const,
    path: pathFor(object),
    body: object,
  }));
  const answers = await play(server, { name: 'objects', requests }, 'default');
  return answers.map(({ status, body }, i) => {
    const { message, details } = Object(body) as {
      message?: string;
      details?: { causes?: readonly { readonly field: string }[] };
    };
    const fields = status === 422 ? (details?.causes ?? []).map(({ field }) => field) : [];
    return { what: cases[i]![0], status, fields: fields.sort(), message: message ?? '' };
  });
}

/** What is compared: messages show values in ways of their own. */
export function verdictOf({ what, status, fields }: Answer): Omit<Answer, 'message'> {
  return { what, status, fields: [...new Set(fields)] };
}
