import { createHash } from 'node:crypto';

/** Ids that libraries give to the one object of a construct; they say nothing. */
const HIDDEN = new Set(['Resource', 'Default']);

const LONGEST = 63;

/** Eleven characters shorter, as the names of its Jobs begin with it. */
const LONGEST_CRON_JOB = 52;

/** A DNS label made of the ids that lead from the application to an object. What is too long ends in a hash of
 * the ids. */
export function objectName(
  ids: readonly string[],
  options: { readonly kind: string; readonly fallback: string; readonly longest?: number },
): string {
  const longest = options.longest ?? (options.kind === 'CronJob' ? LONGEST_CRON_JOB : LONGEST);
  const label = ids
    .filter((id) => !HIDDEN.has(id))
    .map(toLabel)
    .filter((part) => part !== '')
    .join('-');
  if (label === '') return options.fallback.slice(0, longest);
  if (label.length <= longest) return label;
  const hash = createHash('sha256').update(ids.join('/')).digest('hex').slice(0, 8);
  return `${label.slice(0, longest - hash.length - 1).replace(/-+$/, '')}-${hash}`;
}

function toLabel(id: string): string {
  return id
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}
