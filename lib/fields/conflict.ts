import { identityOf, type ManagerKey } from './managers.ts';
import { type FieldPath, formatCausePath } from './path.ts';
import { compareStrings } from './value.ts';

/** A field that is to be applied with another value than the one that another manager owns. */
export interface Conflict extends ManagerKey {
  readonly path: FieldPath;
}

/** The other manager in the API server's words: `"kubectl" using v1`, `"hpa" with subresource "scale" using
 * apps/v1`. */
export function formatManager({ manager, operation, apiVersion, subresource }: ManagerKey): string {
  const name = JSON.stringify(manager);
  const at = subresource === '' ? name : `${name} with subresource ${JSON.stringify(subresource)}`;
  return operation === 'Update' ? `${at} using ${apiVersion}` : at;
}

/** The message of the API server's answer to an apply with these conflicts. */
export function formatConflicts(conflicts: readonly Conflict[]): string {
  const [first, ...others] = conflicts;
  if (first !== undefined && others.length === 0)
    return `Apply failed with 1 conflict: conflict with ${formatManager(first)}: ${formatCausePath(first.path)}`;
  const lines = [...Map.groupBy(conflicts, identityOf)]
    .sort(([a], [b]) => compareStrings(a, b))
    .flatMap(([, ofManager]) => [
      `conflicts with ${formatManager(ofManager[0]!)}:`, // no group is empty
      ...ofManager.map(({ path }) => `- ${formatCausePath(path)}`),
    ]);
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}
