import { resolve } from 'node:path';
import type { KubeClient } from '../../lib/kube/index.ts';
import { TruekeelError } from '../../lib/objects/index.ts';
import type { Snapshot } from '../../lib/snapshot/index.ts';
import { type Desired, desiredFromBranch, desiredFromFiles } from '../pipeline/desired.ts';
import { holdAgainst } from '../pipeline/kept-policies.ts';
import { connectTarget } from '../pipeline/target.ts';
import type { CommandContext } from './command.ts';
import {
  askedPolicies,
  clusterOptions,
  environmentRef,
  readSettings,
  requiredSignatures,
  requireRepository,
  type Settings,
  text,
} from './settings.ts';
import { snapshotFor, snapshotsOf } from './snapshots.ts';
import { Warnings } from './warnings.ts';

export interface DesiredTarget {
  readonly settings: Settings;
  readonly desired: Desired;
  /** Answers from the snapshot where there is one. */
  readonly client: KubeClient;
  readonly snapshot?: Snapshot;
}

/** Reads the desired state that the flags name and connects to its cluster; closes the connection afterwards.
 * @throws TruekeelError `INVALID_FLAG`, `NO_ENVIRONMENT`, and what reading and connecting throw */
export async function withDesiredTarget<T>(
  flags: Settings['flags'],
  context: CommandContext,
  use: (target: DesiredTarget) => Promise<T>,
  {
    held = true,
  }: {
    /** Whether the release is held against policies, and has to be signed. */ readonly held?: boolean;
  } = {},
): Promise<T> {
  const settings = await readSettings(flags, context);
  const desired = await readDesired(settings, context, held);
  const snapshot = snapshotFor(await snapshotsOf(settings), desired);
  const client = snapshot
    ? (await import('../../lib/snapshot/index.ts')).snapshotClient(snapshot)
    : await connectTarget({
        ...clusterOptions(settings),
        cluster: desired.cluster,
      });
  try {
    return await use({ settings, desired, client, ...(snapshot && { snapshot }) });
  } finally {
    await client.close();
  }
}

async function readDesired(
  settings: Settings,
  { cwd, terminal }: CommandContext,
  held: boolean,
): Promise<Desired> {
  const files = text(settings.flags.files);
  const application = text(settings.flags.application);
  const onWarning = new Warnings(terminal).add;
  if (files === undefined) {
    const desired = await desiredFromBranch(
      requireRepository(settings),
      environmentRef(settings),
      held ? requiredSignatures(settings) : {},
    );
    if (held) await holdAgainst(askedPolicies(settings), desired, { onWarning });
    return desired;
  }
  if (application !== undefined) {
    const policies = askedPolicies(settings);
    return desiredFromFiles(resolve(cwd, files), { application, policies, onWarning });
  }
  throw new TruekeelError('--files needs --application', {
    code: 'INVALID_FLAG',
    family: 'usage',
    hint: 'Name the application that these objects belong to: it owns them in the cluster.',
  });
}
