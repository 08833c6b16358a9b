/** Files on the way in and out of `truekeel secret`. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { TruekeelError } from '../../../lib/objects/index.ts';
import { type AgeIdentity, readIdentities, recipientsFor } from '../../../lib/sealed/index.ts';
import type { CommandContext, Flags } from '../command.ts';
import { identitySources, list, text } from '../settings.ts';

/** @returns undefined where there is none
 * @throws TruekeelError `FILE_UNREADABLE` */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unreadable(path, error);
  }
}

/** @param path `-` for standard input
 * @throws TruekeelError `FILE_UNREADABLE` */
export async function readBytes(path: string, { cwd }: Pick<CommandContext, 'cwd'>): Promise<Buffer> {
  if (path === '-') return buffer(process.stdin);
  try {
    return await readFile(resolve(cwd, path));
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Writes a whole file or none of it: whoever is stopped half-way still has the old one. */
export async function writeWhole(path: string, content: string, mode = 0o644): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(beside, content, { mode });
    await rename(beside, path);
  } finally {
    await rm(beside, { force: true });
  }
}

/** The private keys that there are. */
export function identitiesOf(flags: Flags, { cwd, env }: CommandContext): Promise<readonly AgeIdentity[]> {
  return readIdentities(identitySources({ flags, cwd, env }));
}

/** For whom a file is to be sealed: `--recipient`, else `.sops.yaml`.
 * @returns undefined where nothing says it */
export async function recipientsGiven(path: string, flags: Flags): Promise<readonly string[] | undefined> {
  const given = list(flags.recipient);
  return given.length > 0 ? [...new Set(given)] : recipientsFor(path);
}

/** The file that a verb is about. @throws TruekeelError `INVALID_FLAG` */
export function theFile(args: readonly string[], { cwd }: Pick<CommandContext, 'cwd'>): string {
  const file = text(args[0]);
  if (file !== undefined) return resolve(cwd, file);
  throw new TruekeelError('which file?', {
    code: 'INVALID_FLAG',
    family: 'usage',
    hint: 'Name it, as in "truekeel secret seal secrets/db.sops.yaml --from-file password=password.txt".',
  });
}

/** What is no recipient of age is a mistake on the command line, or in `.sops.yaml`. */
export function asUsage(error: unknown): unknown {
  if (!(error instanceof RangeError)) return error;
  return new TruekeelError(error.message, {
    code: 'NO_RECIPIENTS',
    family: 'usage',
    hint: 'A recipient is what age-keygen calls the public key: age1….',
    cause: error,
  });
}

function unreadable(path: string, error: unknown): TruekeelError {
  return new TruekeelError(`${path} cannot be read: ${codeOf(error) ?? 'unknown reason'}`, {
    code: 'FILE_UNREADABLE',
    family: 'usage',
    hint: 'Check the path.',
    cause: error,
  });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
