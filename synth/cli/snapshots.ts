/** Snapshots of clusters that flags name. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { TruekeelError } from '../../lib/objects/index.ts';
import type { Snapshot } from '../../lib/snapshot/index.ts';
import type { Desired } from '../pipeline/desired.ts';
import type { Settings } from './settings.ts';

/** Those of `--snapshot`, else of `TRUEKEEL_SNAPSHOT`; of verbs that take none, none.
 * @throws TruekeelError `FILE_UNREADABLE`, `SNAPSHOT_INVALID`, `SNAPSHOT_VERSION` */
export async function snapshotsOf({ flags, cwd, env }: Settings): Promise<readonly Snapshot[]> {
  if (!Array.isArray(flags.snapshot)) return [];
  const named = flags.snapshot.map(String);
  const files =
    named.length > 0 ? named : (env.TRUEKEEL_SNAPSHOT ?? '').split(/\s+/).filter((name) => name !== '');
  if (files.length === 0) return [];
  const { readSnapshot } = await import('../../lib/snapshot/index.ts');
  return Promise.all(files.map(async (file) => readSnapshot(await read(resolve(cwd, file)), file)));
}

/** The one that was taken for this, of those given; undefined when none is given.
 * @throws TruekeelError `SNAPSHOT_OF_ANOTHER` */
export function snapshotFor(
  snapshots: readonly Snapshot[],
  { environment, project }: Pick<Desired, 'environment' | 'project'>,
): Snapshot | undefined {
  if (snapshots.length === 0) return undefined;
  const found = snapshots.find((one) => one.environment === environment && one.project === project);
  if (found) return found;
  const of = snapshots.map((one) => nameOf(one.environment, one.project)).join(', ');
  throw new TruekeelError(`the snapshot is of ${of}, not of ${nameOf(environment, project)}`, {
    code: 'SNAPSHOT_OF_ANOTHER',
    family: 'usage',
    hint: 'A snapshot has what the plan of one environment needs: take one of this environment.',
  });
}

function nameOf(environment: string | undefined, project: string | undefined): string {
  if (environment === undefined) return 'a folder of files';
  return project === undefined ? environment : `${environment} of ${project}`;
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new TruekeelError(`${file} cannot be read`, {
      code: 'FILE_UNREADABLE',
      family: 'usage',
      hint: 'Name the file that `truekeel snapshot` wrote.',
      cause,
    });
  }
}
