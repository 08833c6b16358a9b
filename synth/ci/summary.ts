/** What a run came to, as Markdown, for the page that the CI system has of it. */
import { counted, type TruekeelError } from '../../lib/objects/index.ts';
import type { RenderOutcome } from '../pipeline/render.ts';
import { commentOf, type Review } from '../review/index.ts';
import { code, plain } from '../review/markdown.ts';

/** Bytes that GitHub takes of one step (GitHub, "Adding a job summary"); a character may have four. */
const LIMIT = 1024 * 1024;

export function reviewSummary(review: Review, options: { readonly binds: boolean }): string {
  return `${commentOf(review, { limit: LIMIT / 4, ...options }).text}\n`;
}

export function renderSummary(
  outcomes: readonly RenderOutcome[],
  warnings: readonly TruekeelError[],
): string {
  const rows = outcomes.map((outcome) => {
    const { environment, branch, commit } = outcome;
    return `| ${plain(environment)} | ${code(branch)} | ${code(commit.slice(0, 12))} | ${became(outcome)} |`;
  });
  const found = warnings.length === 0 ? [] : ['', '**Warnings**', '', ...problems(warnings)];
  return `${[
    '### Truekeel render',
    '',
    ...(rows.length === 0
      ? ['The program has no environment.']
      : ['| environment | branch | rendered commit | |', '|---|---|---|---|', ...rows]),
    ...found,
  ].join('\n')}\n`;
}

export function failureSummary(errors: readonly TruekeelError[]): string {
  return `${['### Truekeel', '', '**It failed.**', '', ...problems(errors)].join('\n')}\n`;
}

function became({ created, held, objects, pushed }: RenderOutcome): string {
  if (held) return 'held by a rollback: not moved';
  return `${created ? counted(objects, 'object') : 'nothing changed'}${pushed ? ', pushed' : ''}`;
}

const SHOWN = 50;

function problems(list: readonly TruekeelError[]): readonly string[] {
  const lines = list.slice(0, SHOWN).map(({ code: name, hint, message, source }) => {
    const at = source ? ` at ${code(`${source.file}:${source.line}`)}` : '';
    const todo = hint === undefined ? '' : `. ${plain(hint)}`;
    return `- ${code(name)} ${plain(message)}${at}${todo}`;
  });
  return list.length > SHOWN ? [...lines, `- and ${list.length - SHOWN} more`] : lines;
}
