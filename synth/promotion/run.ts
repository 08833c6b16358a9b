import type { Oid, Repository } from '../../lib/git/index.ts';
import type { RenderedEnvironment } from '../../lib/objects/index.ts';
import type { PromotionRequest } from './promotion.ts';
import { PullRequests } from './pull-requests.ts';
import type { Renders } from './renders.ts';
import type { Upstreams } from './upstreams.ts';

/** What one pass over the environments works with. */
export interface Run {
  readonly repository: Repository;
  readonly request: PromotionRequest;
  /** The newest source commit. */
  readonly head: Oid;
  /** Of the newest source commit. */
  readonly environments: readonly RenderedEnvironment[];
  readonly renders: Renders;
  readonly upstreams: Upstreams;
}

export function environmentCalled(
  { environments }: Pick<Run, 'environments'>,
  name: string,
): RenderedEnvironment {
  const found = environments.find((environment) => environment.name === name);
  if (found) return found;
  // Rendering refuses programs that promote from what they do not have.
  throw new Error(`there is no environment ${name}`);
}

/** @returns undefined where none are kept */
export function pullRequestsOf(
  { repository, request }: Run,
  environment: RenderedEnvironment,
): PullRequests | undefined {
  const { forge, remote, moves, signal } = request;
  if (!forge || remote === undefined || moves === 'never') return undefined;
  return new PullRequests({ repository, forge, remote, environment, signal });
}
