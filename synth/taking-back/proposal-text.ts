import type { PreparedRollback } from '../../lib/branch/index.ts';
import { formatKey } from '../../lib/objects/index.ts';
import type { Irreversible } from '../../lib/plan/index.ts';
import { code, plain } from '../review/markdown.ts';

/** Losses that are listed, whatever room there is. */
const LISTED = 100;

/** What the pull request of a rollback says; its plan is the comment below. */
export function proposalText({
  name,
  application,
  prepared,
  losses,
  limit,
}: {
  readonly name: string;
  /** The one that goes back; all of them when undefined. */
  readonly application: string | undefined;
  readonly prepared: Pick<PreparedRollback, 'branch' | 'reverts' | 'to' | 'hold'>;
  readonly losses: readonly Irreversible[];
  /** Characters. */
  readonly limit: number;
}): string {
  const { branch, reverts, to, hold } = prepared;
  const command = `truekeel rollback --environment ${name}`;
  const text = [
    application === undefined
      ? `Takes ${code(reverts)} back: ${code(branch)} gets the tree of ${code(to)} again, in a commit that follows.`
      : `Takes ${code(application)} back: ${code(branch)} gets it as ${code(to)} has it, in a commit that follows ${code(reverts)}. The others stay as they are.`,
    '',
    `Asked for by ${plain(hold.by)}${hold.reason === undefined ? '.' : `: ${plain(hold.reason)}`}`,
    '',
    ...lossLines(losses),
    'Then nothing newer moves the branch, and nothing is promoted to it, until the hold is released:',
    '',
    `    ${command} --release`,
    '',
    '**Do not merge this here**: a merge commit is none that Truekeel wrote, and would be refused. Approve the plan below; then',
    'it moves the branch, if that still is where it was:',
    '',
    `    ${command} --finish`,
    '',
  ].join('\n');
  return text.slice(0, limit);
}

function lossLines(losses: readonly Irreversible[]): readonly string[] {
  if (losses.length === 0) return [];
  const more = losses.length - LISTED;
  return [
    '**What going back does not undo**',
    '',
    ...losses.slice(0, LISTED).map(({ key, message }) => `- ${code(formatKey(key))} ${plain(message)}`),
    ...(more > 0 ? [`- and ${more} more`] : []),
    '',
  ];
}
