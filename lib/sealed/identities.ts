/** Where private keys are found: where SOPS looks for them, and where one is told to look. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { TruekeelError } from '../objects/index.ts';
import { type AgeIdentity, recipientOf } from './age.ts';

export interface IdentitySources {
  readonly env: NodeJS.ProcessEnv;
  /** A file of keys, beside those that SOPS would look into. */
  readonly file?: string;
}

/** Reads them anew each time, so that keys that were changed are taken.
 * @returns none where there is none
 * @throws TruekeelError `SECRET_KEY_UNREADABLE` for a file that was named and cannot be read, or has something else in it;
 * what it says quotes nothing of a key */
export async function readIdentities({ env, file }: IdentitySources): Promise<readonly AgeIdentity[]> {
  const found: AgeIdentity[] = [];
  if (env.SOPS_AGE_KEY) found.push(...(await parseIdentities(env.SOPS_AGE_KEY, 'SOPS_AGE_KEY')));
  for (const named of [env.SOPS_AGE_KEY_FILE, file]) {
    if (named) found.push(...(await parseIdentities(await readNamed(named), named)));
  }
  const usual = usualFile(env);
  const text = await readFile(usual, 'utf8').catch(() => undefined);
  if (text !== undefined) found.push(...(await parseIdentities(text, usual)));
  return [...new Set(found)];
}

/** Where SOPS keeps keys of age: age/keysource.go. */
function usualFile(env: NodeJS.ProcessEnv): string {
  const base = env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config');
  return join(base, 'sops', 'age', 'keys.txt');
}

async function readNamed(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw unreadable(`${file} cannot be read (${reason})`, cause);
  }
}

async function parseIdentities(text: string, where: string): Promise<readonly AgeIdentity[]> {
  const lines = text.split('\n').map((line) => line.trim());
  const identities = lines.filter((line) => line !== '' && !line.startsWith('#'));
  for (const [index, identity] of identities.entries()) {
    await recipientOf(identity).catch(() => {
      throw unreadable(`key ${index + 1} of ${where} is no private key of age`);
    });
  }
  return identities;
}

function unreadable(message: string, cause?: unknown): TruekeelError {
  return new TruekeelError(message, {
    code: 'SECRET_KEY_UNREADABLE',
    family: 'usage',
    hint: 'It has one key a line, as age-keygen writes them: AGE-SECRET-KEY-1….',
    ...(cause !== undefined && { cause }),
  });
}
