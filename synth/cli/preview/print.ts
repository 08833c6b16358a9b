/** Previews as people and programs read them. */
import { formatKey, type TruekeelError } from '../../../lib/objects/index.ts';
import type { LeftOut, Preview } from '../../preview/index.ts';
import { describeError } from '../exit.ts';
import type { ResultOf } from '../results.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';

type Row = ResultOf<'preview'>['previews'][number];

export function previewResult(preview: Preview): Row {
  const { name, namespace, environment, repository, pullRequest, head, owner } = preview;
  const { urls, status, message, created, expires } = preview;
  return {
    name,
    namespace,
    environment,
    ...(repository !== '' && { repository }),
    ...(pullRequest !== undefined && { pullRequest }),
    ...(head !== '' && { head }),
    owner,
    urls: [...urls],
    status,
    message,
    created: new Date(created).toISOString(),
    expires: new Date(expires).toISOString(),
  };
}

/** One row a preview. @param now milliseconds since 1970 */
export function previewTable(previews: readonly Preview[], now: number): readonly string[] {
  if (previews.length === 0) return ['There are no previews.'];
  return table([
    ['preview', 'url', 'status', 'age', 'expires', 'owner'],
    ...previews.map(({ name, pullRequest, namespace, urls, status, created, expires, owner }) => [
      pullRequest === undefined ? name : `#${pullRequest}`,
      urls[0] ?? namespace,
      status,
      span(now - created),
      expires <= now ? 'now' : `in ${span(expires - now)}`,
      owner,
    ]),
  ]);
}

export function printLeft(left: readonly LeftOut[], { err, paint }: Terminal): void {
  for (const { key, because } of left) err(`${paint('yellow', 'left out')} ${formatKey(key)}: ${because}`);
}

export function printErrors(errors: readonly TruekeelError[], { err, paint }: Terminal): void {
  for (const line of errors.flatMap((error) => describeError(error, paint))) err(line);
}

const UNITS = [
  ['d', 24 * 60 * 60_000],
  ['h', 60 * 60_000],
  ['min', 60_000],
] as const;

/** `3 d`, `5 h`: in the largest unit of which there are two. */
function span(ms: number): string {
  for (const [unit, size] of UNITS) if (ms >= 2 * size) return `${Math.floor(ms / size)} ${unit}`;
  return `${Math.max(0, Math.floor(ms / 1000))} s`;
}
