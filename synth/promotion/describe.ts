/** A promotion as the text of its pull request. Names and subjects were written by others. */
import type { NewCommitStatus } from '../../lib/forge/index.ts';
import type { GateResult } from '../../lib/promotion/index.ts';
import type { ImageCommits } from '../review/index.ts';
import { code, plain } from '../review/markdown.ts';
import type { Bundle, Promotion, PromotionRequest } from './promotion.ts';

export interface Told extends Pick<Promotion, 'environment' | 'branch'> {
  readonly bundle: Bundle;
  readonly gates: readonly GateResult[];
  /** The first gate that says no, else the first that waits. */
  readonly pending: GateResult | undefined;
  readonly moves: PromotionRequest['moves'];
}

const SHORT = 12;
/** GitHub takes no more of a title. */
const TITLE = 250;

export function titleOf({ environment, bundle: { source, subject } }: Told): string {
  return `Promote ${source.slice(0, SHORT)} to ${environment}: ${subject}`.slice(0, TITLE);
}

/** @param limit characters that the forge takes */
export function promotionText(told: Told, limit: number): string {
  const { bundle } = told;
  const head = [...headOf(told), '', ...gateLines(told.gates)];
  const images = bundle.images.flatMap(({ before, after, object, commits: built }) => [
    `- ${code(object)} ${before === undefined ? '' : `${code(before)} → `}${code(after)}`,
    ...(built ? builtLines(built) : []),
  ]);
  const commits = bundle.commits.map(
    ({ source, subject, author }) => `- ${source.slice(0, SHORT)} ${plain(subject)} (${plain(author)})`,
  );
  const tail = footOf(told);
  const room = limit - [...head, ...tail].join('\n').length - 200;
  const lists = [...section('Images', images), ...section('Source commits', commits)];
  return [...head, ...fitting(lists, room), ...tail].join('\n');
}

export function statusText({ gates, pending }: Told): Pick<NewCommitStatus, 'state' | 'description'> {
  if (!pending) return { state: 'success', description: `all ${gates.length} gates have passed` };
  const description = `${pending.gate.type}: ${pending.why}`;
  return { state: pending.state === 'failed' ? 'failure' : 'pending', description };
}

function headOf({ environment, branch, bundle }: Told): readonly string[] {
  const { source, from, rendered = '', files } = bundle;
  const where = from.map(
    ({ environment: name, rendered: commit }) => `${code(name)} (${commit.slice(0, SHORT)})`,
  );
  const changed = files
    ? `${files.added} files added, ${files.changed} changed, ${files.removed} removed`
    : '';
  return [
    `Source commit ${source} comes from ${where.join(' and ')} to ${code(environment)}.`,
    '',
    `Rendered commit ${rendered} on ${code(branch)}: ${changed}.`,
  ];
}

const MARK: Readonly<Record<GateResult['state'], string>> = { passed: '✅', waiting: '⏳', failed: '❌' };

function gateLines(gates: readonly GateResult[]): readonly string[] {
  const rows = gates.map(({ gate, state, why, until }) => {
    const next = state === 'passed' || until === undefined ? '' : `, until ${timeOf(until)}`;
    return `| ${MARK[state]} ${gate.type} | ${plain(why)}${next} |`;
  });
  return ['| gate | |', '|---|---|', ...rows];
}

function footOf({ environment, moves }: Told): readonly string[] {
  const when =
    moves === 'when-passed'
      ? 'Truekeel moves the branch to this commit as soon as all gates have passed.'
      : 'Approve this pull request, and Truekeel moves the branch to this commit as soon as all gates have passed.';
  return [
    '',
    `${when} Do not merge it: a merge commit would not be Truekeel’s. What is newer takes its place here, and wants to be approved anew. To keep ${code(environment)} where it is: \`truekeel promote --environment ${environment} --hold\`.`,
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `**${title}**`, '', ...lines];
}

function builtLines({ from, to, repository, commits, more }: ImageCommits): readonly string[] {
  const range = `${code(from.slice(0, SHORT))} to ${code(to.slice(0, SHORT))}`;
  const where = repository === undefined ? '' : ` of ${plain(repository)}`;
  if (commits.length === 0) return [`  - ${range}${where}`];
  return [
    ...commits.map(
      ({ commit, subject, author }) => `  - ${commit.slice(0, SHORT)} ${plain(subject)} (${plain(author)})`,
    ),
    ...(more ? [`  - and more, from ${range}`] : []),
  ];
}

function fitting(lines: readonly string[], room: number): readonly string[] {
  let left = room;
  const end = lines.findIndex((line) => {
    left -= line.length + 1;
    return left < 0;
  });
  return end < 0 ? lines : [...lines.slice(0, end), `- … and ${lines.length - end} more`];
}

/** Minutes are what people need; a text that is the same each time is not updated each time. */
function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
