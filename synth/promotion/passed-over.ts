/** Why source commits do not pass, for people. */
import type { Oid } from '../../lib/git/index.ts';
import { type RenderedEnvironment, TruekeelError } from '../../lib/objects/index.ts';
import type { Choice, PassedOver } from '../../lib/promotion/index.ts';
import type { Situation } from './situation.ts';

const PASSED_OVER: Readonly<Record<PassedOver['why'], string>> = {
  'not-upstream': 'is not in every environment that it promotes from',
  'taken-back': 'was rolled back; name it with --source to promote it all the same',
  'beyond-pin': 'is newer than what it is pinned to',
  'not-ready-in-time': 'was gone upstream before it had been ready for long enough',
};

export function nothingWhy([newest]: readonly PassedOver[], { upstreams }: Situation): string {
  if (!newest) return 'it has the newest source commit';
  const empty = upstreams.find(({ release }) => !release);
  if (empty) return `${empty.summary.environment}: ${empty.summary.why}`;
  return `nothing newer may get here: ${newest.source.slice(0, 12)} ${PASSED_OVER[newest.why]}`;
}

export function notPromotable(
  source: Oid,
  { name }: RenderedEnvironment,
  { passedOver }: Choice,
): TruekeelError {
  const why = PASSED_OVER[passedOver[0]?.why ?? 'not-upstream'];
  return new TruekeelError(`${source.slice(0, 12)} cannot be promoted to ${name}: it ${why}`, {
    code: 'NOT_PROMOTABLE',
    family: 'guard',
    hint: `What gets to ${name} has to be released before it. To render it past all gates: "truekeel render --environment ${name} --source ${source.slice(0, 12)}".`,
  });
}
