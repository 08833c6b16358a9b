import { counted } from '../../lib/objects/index.ts';
import { cacheDirectory } from '../cache-directory.ts';
import type { RenderOutcome, RenderRequest } from '../pipeline/render.ts';
import type { CommandContext } from './command.ts';
import { commandGrant } from './command-grant.ts';
import { programLimits, remoteName, requiredSignatures, type Settings, signerOf, text } from './settings.ts';
import type { Terminal } from './terminal.ts';
import type { Warnings } from './warnings.ts';

/** What the flags of `render`, `sync` and `verify` ask to be rendered.
 * @param warnings told of what is not wrong enough to be an error */
export function renderRequest(
  { flags, config, ...settings }: Settings,
  context: CommandContext,
  warnings: Warnings,
): RenderRequest {
  const { env } = context;
  const { source: trusted } = requiredSignatures({ flags, config, ...settings });
  const source = text(flags.source);
  const environment = text(flags.environment) ?? config.environment;
  const { err, paint } = context.terminal;
  // Who names an environment wants it rendered, gates or not.
  const onLeft = ({ name }: { readonly name: string }) =>
    err(`${paint('bold', name)} · has gates, and moves by promotion: truekeel promote --environment ${name}`);
  return {
    program: text(flags.app) ?? config.app ?? 'main.ts',
    cache: cacheDirectory(env),
    typecheck: flags.typecheck !== false,
    onWarning: warnings.add,
    charts: { env },
    programLimits: programLimits({ flags, config }),
    ...commandGrant(flags, context),
    ...signerOf(flags, config),
    ...(trusted && { trusted }),
    ...(source !== undefined && { source }),
    ...(environment === undefined ? { onLeft } : { environment }),
    ...(flags.push === true && { remote: remoteName({ flags, config, ...settings }) }),
  };
}

/** One line for each environment, on standard error. */
export function printRendered(outcomes: readonly RenderOutcome[], { err, paint }: Terminal): void {
  if (outcomes.some((outcome) => outcome.dirty)) {
    err(
      `${paint('yellow', 'note')} the work tree has changes that no commit has; the rendered commit says so`,
    );
  }
  for (const outcome of outcomes) {
    const { environment, branch, commit, source, objects, created, held, pushed } = outcome;
    const what = held
      ? paint('yellow', 'held by a rollback: not moved')
      : created
        ? counted(objects, 'object')
        : paint('dim', 'nothing changed');
    err(
      `${paint('bold', environment)} · ${branch} ${commit.slice(0, 7)} from source ${source.slice(0, 7)} · ${what}${pushed ? ' · pushed' : ''}`,
    );
  }
}
