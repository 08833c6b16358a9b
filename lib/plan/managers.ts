/** Who writes fields: people's tools, whose changes we take back, or controllers, whose fields we leave alone.
 * Data: a manager that is not listed counts as a controller, since taking a field from one starts a fight. */

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
