import { counted } from '../../lib/objects/index.ts';
import type { Promotion, PromotionState } from '../promotion/index.ts';
import { describeError } from './exit.ts';
import { shorten } from './print-plan.ts';
import { table } from './table.ts';
import type { Colour, Terminal } from './terminal.ts';

const COLOUR: Readonly<Record<PromotionState, Colour>> = {
  promoted: 'green',
  unchanged: 'green',
  open: 'yellow',
  waiting: 'yellow',
  refused: 'red',
  held: 'yellow',
  current: 'dim',
  failed: 'red',
};

/** One environment: where it stands, what may pass, each gate, what became of it. */
export function printPromotion(promotion: Promotion, { out, paint }: Terminal): void {
  const { environment, upstreams, current, bundle, gates, state, why, pullRequest, error } = promotion;
  const from = upstreams.map(({ environment: name, ready }) => `${name} (${ready ? 'ready' : 'not ready'})`);
  const has = current ? `has ${current.source.slice(0, 7)}` : 'has nothing yet';
  out(`${paint('bold', environment)} · ${has}${from.length > 0 ? ` · from ${from.join(', ')}` : ''}`);
  if (bundle) {
    const { source, subject, commits, images } = bundle;
    const what = [
      counted(commits.length, 'source commit'),
      ...(images.length > 0 ? [counted(images.length, 'image')] : []),
    ];
    out(`  next: ${source.slice(0, 7)} "${shorten(subject, 60)}" · ${what.join(', ')}`);
  }
  const rows = gates.map(({ gate, state: at, why: because, until }) => [
    gate.type,
    paint(at === 'passed' ? 'green' : at === 'failed' ? 'red' : 'yellow', at),
    shorten(because, 80),
    at === 'passed' || until === undefined ? '' : new Date(until).toISOString(),
  ]);
  if (rows.length > 0) for (const line of table([['gate', 'state', 'why', 'until'], ...rows])) out(line);
  if (pullRequest) out(`  pull request ${pullRequest.number}: ${pullRequest.url}`);
  if (error) for (const line of describeError(error, paint)) out(line);
  else out(`  ${paint(COLOUR[state], state)}: ${why}`);
}
