/** Who writes fields: people's tools, whose changes we take back, or controllers, whose fields we leave alone.
 * Data: a manager that is not listed counts as a controller, since taking a field from one starts a fight. */
import type { JsonObject, ManagedFieldsEntry } from '../objects/index.ts';
import { fieldOf } from './field-path.ts';

/** Field managers of tools that a person drives. Compared with the whole name, ignoring case. */
const PEOPLES_TOOLS: readonly RegExp[] = [
  /^kubectl(?:-.*)?$/, // kubectl, kubectl-edit, kubectl-client-side-apply, kubectl-patch, kubectl-rollout, …
  /^oc$/,
  /^k9s$/,
  /^(?:open|free)?lens(?:-.*)?$/,
  /^headlamp(?:-.*)?$/,
  /^(?:kubernetes-)?dashboard(?:-.*)?$/,
  /^kubenav$/,
  /^octant$/,
  /^mozilla$/, // consoles in a browser pass its User-Agent on
  /^helm$/,
  /^curl$/,
  /^before-first-apply$/, // what the API server calls fields that are older than managedFields
];

export function isPeoplesTool(manager: string): boolean {
  const name = manager.toLowerCase();
  return PEOPLES_TOOLS.some((pattern) => pattern.test(name));
}

/** Managers that write an object as a whole, from a manifest: the command or chart that it came from. Their entries say
 * what that manifest had. */
const MANIFEST_TOOLS: readonly RegExp[] = [
  /^kubectl$/, // apply --server-side
  /^kubectl-(?:client-side-apply|create|replace|run|expose)$/,
  /^helm$/,
  /^before-first-apply$/,
];

const LAST_APPLIED = 'f:kubectl.kubernetes.io/last-applied-configuration';

/** Whether an entry is that of a person's tool that wrote the object from a manifest. What such a tool only edited
 * (`kubectl edit`, `kubectl scale`) is no manifest. */
export function isFromManifest({ manager, operation, subresource, fieldsV1 }: ManagedFieldsEntry): boolean {
  const name = manager.toLowerCase();
  if (subresource || !isPeoplesTool(manager)) return false;
  if (name === 'kubectl' && operation === 'Update') return holdsLastApplied(fieldsV1);
  return MANIFEST_TOOLS.some((pattern) => pattern.test(name)) || holdsLastApplied(fieldsV1);
}

/** Whoever writes kubectl's annotation has applied a manifest, by whatever name (kubectl before 1.18, `--field-manager`). */
function holdsLastApplied(fieldsV1: JsonObject): boolean {
  return fieldOf(fieldsV1, 'f:metadata', 'f:annotations', LAST_APPLIED) !== undefined;
}
