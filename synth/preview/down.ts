/** Takes previews away: one, or all whose time is over. */
import { applyPlan } from '../../lib/apply/index.ts';
import type { Forge } from '../../lib/forge/index.ts';
import { isForgeError } from '../../lib/forge/index.ts';
import type { KubeClient } from '../../lib/kube/index.ts';
import type { TruekeelError } from '../../lib/objects/index.ts';
import { planApplications } from '../../lib/plan/index.ts';
import { deleteNamespace, listPreviews } from './namespaces.ts';
import type { Preview } from './record.ts';
import { PREVIEW_APPROVALS, scopeOf } from './scope.ts';

export interface DownRequest {
  readonly client: KubeClient;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Removes what the preview's inventory says is its own, in the order in which it can go, and then its namespace. What stays
 * behind for an error goes with the namespace.
 * @returns what could not be removed in order
 * @throws KubeError when the cluster cannot be asked */
export async function previewDown(
  preview: Preview,
  { client, timeoutMs, signal }: DownRequest,
): Promise<readonly TruekeelError[]> {
  const errors = preview.status === 'going' ? [] : await prune(preview, { client, timeoutMs, signal });
  signal.throwIfAborted();
  await deleteNamespace(client, preview);
  return errors;
}

async function prune(
  { namespace, project }: Preview,
  { client, timeoutMs, signal }: DownRequest,
): Promise<readonly TruekeelError[]> {
  const plan = await planApplications({
    client,
    applications: [],
    scope: scopeOf({ namespace, project }),
    options: { approvals: PREVIEW_APPROVALS, namespace },
  });
  const options = { approvals: PREVIEW_APPROVALS, timeoutMs, signal };
  for await (const event of applyPlan({ client, plan, applications: [], options }))
    if (event.type === 'finished') return event.result.errors;
  throw new Error('the engine ended without a result');
}

/** Why a preview goes. */
type SweepReason = 'expired' | 'closed';

export interface Due {
  readonly preview: Preview;
  readonly why: SweepReason;
}

/** Previews whose time is over, or whose pull request is no longer open.
 * @param forge says which pull requests are open, for previews of its repository; only time counts when absent
 * @throws ForgeError when a forge cannot be asked: then nothing is known to be closed */
export async function duePreviews(
  client: KubeClient,
  isWanted: (preview: Preview) => boolean,
  { forge, now }: { readonly forge?: Forge /** Milliseconds since 1970. */; readonly now: number },
): Promise<readonly Due[]> {
  const previews = await listPreviews(client, isWanted);
  const due: Due[] = [];
  for (const preview of previews) {
    if (preview.expires <= now) due.push({ preview, why: 'expired' });
    else if (forge && (await isClosed(forge, preview))) due.push({ preview, why: 'closed' });
  }
  return due;
}

async function isClosed(forge: Forge, { repository, pullRequest }: Preview): Promise<boolean> {
  if (pullRequest === undefined || repository !== forge.repository) return false;
  try {
    return (await forge.pullRequest(pullRequest)).state !== 'open';
  } catch (error) {
    // Forges answer like this, too, when the token may not see it: that must not take anything down.
    if (isForgeError(error, 'FORGE_NOT_FOUND')) return false;
    throw error;
  }
}
