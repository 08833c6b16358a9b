/** Which preview the flags name, and where previews are. */
import type { Repository } from '../../../lib/git/index.ts';
import type { KubeClient } from '../../../lib/kube/index.ts';
import { TruekeelError } from '../../../lib/objects/index.ts';
import { labelProblem } from '../../../lib/render/index.ts';
import { connectTarget } from '../../pipeline/target.ts';
import { shownOf } from '../../preview/index.ts';
import type { CommandContext } from '../command.ts';
import { pullRequestNumber } from '../forge.ts';
import { renderRequest } from '../render-request.ts';
import { clusterOptions, requireRepository, type Settings, text } from '../settings.ts';
import { Warnings } from '../warnings.ts';

export type Which = { readonly pullRequest: number } | { readonly name: string };

/** @throws TruekeelError `INVALID_FLAG`, `NO_PREVIEW_NAMED` */
export function whichPreview(settings: Settings, context: CommandContext): Which {
  const name = text(settings.flags.name);
  if (name === undefined) {
    const pullRequest = pullRequestNumber(settings, context);
    if (pullRequest !== undefined) return { pullRequest };
    throw new TruekeelError('which preview?', {
      code: 'NO_PREVIEW_NAMED',
      family: 'usage',
      hint: 'Give --pull-request NUMBER, or --name NAME for the work tree.',
    });
  }
  if (text(settings.flags.pullRequest) !== undefined)
    throw invalidName('stands beside --pull-request: a preview is of the one or the other');
  const problem = labelProblem(name) ?? (/^[a-z]/.test(name) ? undefined : 'must begin with a letter');
  if (problem !== undefined) throw invalidName(`${problem}`);
  return { name };
}

function invalidName(problem: string): TruekeelError {
  return new TruekeelError(`--name ${problem}`, { code: 'INVALID_FLAG', family: 'usage' });
}

export function nameOf(which: Which): string {
  return 'name' in which ? which.name : String(which.pullRequest);
}

/** What the flags ask to be rendered: whatever the configuration's environment is, previews are of the one that has them. */
export function shownRequest(settings: Settings, context: CommandContext) {
  const { onWarning: _, ...quiet } = renderRequest(settings, context, new Warnings(context.terminal));
  const { remote: __, source: ___, environment: ____, sign: _____, ...request } = quiet;
  const environment = text(settings.flags.environment);
  return { ...request, ...(environment !== undefined && { environment }) };
}

export interface Place {
  readonly client: KubeClient;
  readonly project: string;
}

/** Connects to the cluster that previews of the program go to; closes the connection afterwards.
 * @throws TruekeelError `NO_PREVIEWS`, and what rendering and connecting throw */
export async function withPreviews<T>(
  settings: Settings,
  context: CommandContext,
  use: (place: Place) => Promise<T>,
): Promise<T> {
  const repository: Repository = requireRepository(settings);
  const { base } = await shownOf(repository, {}, shownRequest(settings, context));
  const client = await connectTarget({ ...clusterOptions(settings), cluster: base.cluster });
  try {
    return await use({ client, project: base.project ?? '' });
  } finally {
    await client.close();
  }
}
