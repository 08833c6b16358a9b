/** `truekeel secret keygen`: a private key of age for those who have no age-keygen at hand. */
import { writeFile } from 'node:fs/promises';
import { TruekeelError } from '../../../lib/objects/index.ts';
import { newIdentity, recipientOf } from '../../../lib/sealed/index.ts';
import type { Command } from '../command.ts';
import { Exit } from '../exit.ts';
import { theFile } from './files.ts';

export const makeKey: Command = async (args, _flags, context) => {
  const path = theFile(args, context);
  const identity = await newIdentity();
  const recipient = await recipientOf(identity);
  try {
    // A key that is there is never written over: what it alone opens would be lost.
    await writeFile(path, `# public key: ${recipient}\n${identity}\n`, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    throw new TruekeelError(isThere ? `${path} is there already` : `${path} cannot be written`, {
      code: isThere ? 'FILE_EXISTS' : 'FILE_UNREADABLE',
      family: 'usage',
      hint: 'Name another file, outside of the repository.',
      cause,
    });
  }
  context.terminal.out(recipient);
  return Exit.done;
};
