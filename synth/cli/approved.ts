/** The plan that `--plan` names: by its digest, or by the file that `truekeel plan -o json` was written to. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ApplyOptions } from '../../lib/apply/index.ts';
import type { Digest } from '../../lib/objects/index.ts';
import { TruekeelError } from '../../lib/objects/index.ts';
import type { ApprovedPlan } from '../../lib/plan/index.ts';
import type { ResultOf } from './results.ts';
import { type Settings, text } from './settings.ts';

/** A plan digest; of the first plan of an application with the mark of the cluster. */
const DIGEST = /^sha256:[0-9a-f]{64}(@[0-9a-f]{8})?$/;

/** @returns nothing when no plan was named
 * @throws TruekeelError `INVALID_FLAG`, `FILE_UNREADABLE` */
export async function approvedPlan(
  settings: Settings,
): Promise<Pick<ApplyOptions, 'approvedDigest' | 'approvedPlan'>> {
  const given = text(settings.flags.plan);
  if (given === undefined) return {};
  if (DIGEST.test(given)) return { approvedDigest: given };
  // What looks like a digest and is none would otherwise be looked for as a file.
  if (given.startsWith('sha256:')) throw invalid(given, 'it has no 64 hexadecimal digits');
  const path = resolve(settings.cwd, given);
  const plan = await readPlan(given, await readText(path, given));
  return { approvedDigest: plan.planDigest, approvedPlan: approvedPlanOf(plan) };
}

async function readText(path: string, given: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new TruekeelError(`${given} cannot be read`, {
      code: 'FILE_UNREADABLE',
      family: 'usage',
      hint: 'Give a digest, or the path of a file that `truekeel plan -o json` was written to.',
      cause,
    });
  }
}

async function readPlan(given: string, json: string): Promise<ResultOf<'plan'>> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw invalid(given, 'it is not JSON');
  }
  const { Results } = await import('./results.ts');
  const parsed = Results.plan.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(given, 'it is not what `truekeel plan -o json` prints');
}

function approvedPlanOf({ planDigest, planParts, changes }: ResultOf<'plan'>): ApprovedPlan {
  const approved = changes.flatMap((change) =>
    change.outcome === undefined
      ? []
      : // Values of a JSON document are JSON, and a digest is what the schema takes for one.
        [{ ...change, outcome: change.outcome as Digest } as ApprovedPlan['changes'][number]],
  );
  // As above.
  return { digest: planDigest, parts: planParts as ApprovedPlan['parts'], changes: approved };
}

function invalid(given: string, why: string): TruekeelError {
  return new TruekeelError(`--plan takes a digest or a file, and ${given} is neither: ${why}`, {
    code: 'INVALID_FLAG',
    family: 'usage',
    hint: 'Give the planDigest of `truekeel plan`, or the file that `truekeel plan -o json` was written to.',
  });
}
