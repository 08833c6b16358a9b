import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { branchRef, type Repository } from '../../../lib/git/index.ts';
import {
  counted,
  type DesiredApplication,
  formatKey,
  type ObjectKey,
  TruekeelError,
} from '../../../lib/objects/index.ts';
import {
  type AdoptedField,
  type Adoption,
  adoptLive,
  type Proposed,
  propose,
  unifiedDiff,
  valueText,
  whoText,
} from '../../adoption/index.ts';
import { committer } from '../../pipeline/identity.ts';
import { findObject } from '../../taking-back/index.ts';
import { banner } from '../banner.ts';
import type { Command } from '../command.ts';
import { withDesiredTarget } from '../desired-target.ts';
import { plan } from '../engine-run.ts';
import { errorResult } from '../error-result.ts';
import { describeError, Exit, exitCodeOfAll } from '../exit.ts';
import { forgeOf } from '../forge.ts';
import { targetResult } from '../plan-result.ts';
import { renderRequest } from '../render-request.ts';
import type { ResultOf } from '../results.ts';
import {
  list,
  positive,
  remoteName,
  requireEnvironment,
  requireRepository,
  type Settings,
  text,
} from '../settings.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { Warnings } from '../warnings.ts';

const TRIALS = 40;

export const command: Command = ([name], flags, context) =>
  withDesiredTarget(
    flags,
    context,
    async ({ settings, desired, client }) => {
      const started = performance.now();
      const { terminal } = context;
      const repository = requireRepository(settings);
      const object =
        name === undefined ? undefined : objectOf(desired.applications, name, text(flags.namespace));
      const proposes = flags.pullRequest === true;
      if (proposes && flags.write === true) throw eitherOr();
      const forge = proposes ? await forgeOf(settings, context) : undefined;
      const baseBranch = forge && (await baseBranchOf(repository, settings));
      const { program, cache, commands, programLimits, charts, typecheck } = renderRequest(
        settings,
        context,
        new Warnings(terminal),
      );
      const adoption = await adoptLive(repository, {
        program,
        cache,
        typecheck,
        ...(commands && { commands }),
        ...(programLimits && { programLimits }),
        ...(charts && { charts }),
        environment: desired.environment ?? requireEnvironment(settings),
        applications: desired.applications,
        plan: await plan(desired, client, settings),
        client,
        base: baseBranch === undefined ? 'HEAD' : await fetchBase(repository, settings, baseBranch),
        ...(object !== undefined && { object }),
        fields: list(flags.field),
        trials: Math.floor(positive(flags.trials, '--trials') ?? TRIALS),
        shared: flags.shared === true,
      });
      const proposed =
        forge !== undefined && baseBranch !== undefined
          ? await propose(adoption, {
              repository,
              forge,
              remote: remoteName(settings),
              baseBranch,
              by: await committer(repository.root),
              ...(object !== undefined && { object }),
            })
          : undefined;
      const written = flags.write === true ? await write(repository, adoption) : [];
      const errors = adoption.unplaced.map(({ error }) => error);
      if (flags.output === 'json') {
        const result: ResultOf<'adopt'> = {
          ...targetResult(desired, client),
          ...adoptionResult(adoption),
          written: [...written],
          ...(proposed && { proposed: proposedResult(proposed) }),
          requests: client.requests,
          durationMs: performance.now() - started,
        };
        terminal.out(JSON.stringify(result, null, 2));
      } else {
        terminal.err(banner(desired, client, terminal.paint));
        print(adoption, written, proposed, terminal);
      }
      for (const line of errors.flatMap((error) => describeError(error, terminal.paint))) terminal.err(line);
      return errors.length > 0 ? exitCodeOfAll(errors) : Exit.done;
    },
    { held: false },
  );

/** @throws TruekeelError `NO_SUCH_OBJECT`, `AMBIGUOUS_OBJECT`, `INVALID_FLAG` */
function objectOf(
  applications: readonly DesiredApplication[],
  name: string,
  namespace: string | undefined,
): ObjectKey {
  const { key, object } = findObject(applications, name, namespace);
  if (object) return key;
  throw new TruekeelError(`the release has no ${formatKey(key)}`, {
    code: 'NO_SUCH_OBJECT',
    family: 'usage',
    hint: '`truekeel status` lists the objects.',
  });
}

function eitherOr(): TruekeelError {
  return new TruekeelError('--write and --pull-request are two ways of doing the same', {
    code: 'INVALID_FLAG',
    family: 'usage',
    hint: 'Give one of them.',
  });
}

/** The branch that pull requests are for. @throws TruekeelError `ADOPT_NO_BASE` */
async function baseBranchOf(repository: Repository, settings: Settings): Promise<string> {
  const given = text(settings.flags.base);
  if (given !== undefined) return given;
  const { head } = await repository.lsRemote(remoteName(settings), ['HEAD']);
  if (head?.startsWith('refs/heads/')) return head.slice('refs/heads/'.length);
  throw noBase(`${remoteName(settings)} does not say which branch is its HEAD`);
}

/** @returns its commit. @throws TruekeelError `ADOPT_NO_BASE` */
async function fetchBase(repository: Repository, settings: Settings, branch: string): Promise<string> {
  const remote = remoteName(settings);
  const commit = await repository.fetchRef(remote, branchRef(branch), `refs/truekeel/base/${branch}`);
  if (commit !== undefined) return commit;
  throw noBase(`${remote} has no branch ${branch}`);
}

function noBase(why: string): TruekeelError {
  return new TruekeelError(why, {
    code: 'ADOPT_NO_BASE',
    family: 'usage',
    hint: 'Name the branch that the pull request is to be for with --base.',
  });
}

/** Edits the work tree, all files or none.
 * @throws TruekeelError `ADOPT_DIRTY` when one of them is not as the commit has it that the edits are for */
async function write(repository: Repository, { files, base }: Adoption): Promise<readonly string[]> {
  const { workTree } = repository;
  const texts = await Promise.all(
    files.map(({ path }) =>
      workTree === undefined ? undefined : readFile(join(workTree, path), 'utf8').catch(() => undefined),
    ),
  );
  const dirty = files.filter(({ before }, index) => texts[index] !== before);
  if (workTree === undefined || dirty.length > 0) {
    const names = dirty.map(({ path }) => path).join(', ');
    throw new TruekeelError(`${names} in the work tree is not as ${base.oid.slice(0, 7)} has it`, {
      code: 'ADOPT_DIRTY',
      family: 'conflict',
      hint: 'Commit or stash what you changed, or use --pull-request, which leaves the work tree alone.',
    });
  }
  for (const { path, after } of files) await writeFile(join(workTree, path), after);
  return files.map(({ path }) => path);
}

/** The diff is the result; what is said about it is not in its way. */
function print(
  adoption: Adoption,
  written: readonly string[],
  proposed: Proposed | undefined,
  { out, err, paint }: Terminal,
): void {
  const { adopted, left, unplaced } = adoption;
  const rows = adopted.map(({ wish, edit }) => [
    formatKey(wish.key),
    wish.field,
    `${valueText(wish.before)} → ${valueText(wish.after)}`,
    whoText(wish.writer),
    `${edit.kind === 'override' ? 'override, ' : ''}${edit.file}:${edit.line}`,
  ]);
  err('');
  if (rows.length > 0)
    for (const line of table([['object', 'field', 'change', 'who', 'edit'], ...rows])) err(line);
  else if (unplaced.length === 0) err('Nobody changed what the program sets: there is nothing to adopt.');
  for (const line of adopted.flatMap(remarks)) err(`${paint('yellow', 'note')} ${line}`);
  for (const { key, field, because } of left)
    err(`${paint('dim', 'left')} ${formatKey(key)}${field === undefined ? '' : ` ${field}`}: ${because}`);
  if (adopted.length > 0)
    err(`Proved by rendering ${adoption.base.oid.slice(0, 7)} ${counted(adoption.runs, 'time', 'times')}.`);
  const diff = unifiedDiff(adoption.files);
  if (diff !== '') out(diff.trimEnd());
  if (written.length > 0) err(`Edited: ${written.join(', ')}`);
  else if (diff !== '' && !proposed) err('Nothing was written: edit the work tree with --write.');
  if (proposed?.proposal) {
    const { kept, url } = proposed.proposal;
    err(
      kept === 'declined'
        ? `${url} · somebody closed it, so it is not opened again until something else changes`
        : `${url} · ${kept}`,
    );
  }
  for (const { url } of proposed?.closed ?? []) err(`${url} · closed`);
}

function remarks({ wish, edit, passedOver }: AdoptedField): readonly string[] {
  const { alternatives, others } = edit;
  const places = alternatives.map(({ file, line }) => `${file}:${line}`);
  return [
    ...(places.length > 0 ? [`${wish.field}: ${places.join(', ')} would have done as well`] : []),
    ...(others.length > 0 ? [`${wish.field}: its edit also changes ${namesOf(others)}`] : []),
    ...(passedOver
      ? [
          `${wish.field}: an edit at ${passedOver.file}:${passedOver.line} would also have changed ${namesOf(passedOver.others)}`,
        ]
      : []),
  ];
}

function namesOf(others: AdoptedField['edit']['others']): string {
  const names = others.map(({ environment, key }) => `${key ?? 'settings'} in ${environment}`);
  return names.length <= 3
    ? names.join(', ')
    : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}

function adoptionResult(adoption: Adoption) {
  const { base, adopted, unplaced, left, files, digest, runs } = adoption;
  return {
    base: base.oid,
    adopted: adopted.map(({ wish, edit, passedOver }) => ({
      ...fieldResult(wish),
      edit: { ...edit, alternatives: [...edit.alternatives], others: [...edit.others] },
      ...(passedOver && { passedOver: { ...passedOver, others: [...passedOver.others] } }),
    })),
    unplaced: unplaced.map(({ wish }) => fieldResult(wish)),
    left: left.map(({ key, ...rest }) => ({ key: formatKey(key), ...rest })),
    diff: unifiedDiff(files),
    ...(digest !== undefined && { digest }),
    errors: unplaced.map(({ error }) => errorResult(error)),
    runs,
  };
}

function fieldResult({ application, key, field, before, after, writer }: AdoptedField['wish']) {
  return {
    application,
    key: formatKey(key),
    field,
    ...(before !== undefined && { from: before }),
    ...(after !== undefined && { to: after }),
    ...(writer && { by: { ...writer } }),
  };
}

function proposedResult({ branch, proposal, closed }: Proposed) {
  return { branch, ...(proposal && { pullRequest: { ...proposal } }), closed: [...closed] };
}
