import { TruekeelError } from '../../../lib/objects/index.ts';
import type { Command } from '../command.ts';

/** What can be done with sealed files, and what does it. */
const ACTIONS: Readonly<Record<string, () => Promise<Command>>> = {
  seal: async () => (await import('../secret/seal.ts')).sealFile,
  edit: async () => (await import('../secret/edit.ts')).editFile,
  unseal: async () => (await import('../secret/unseal.ts')).unsealFile,
  rotate: async () => (await import('../secret/rotate.ts')).rotateFiles,
  keygen: async () => (await import('../secret/keygen.ts')).makeKey,
};

export const command: Command = async ([action = '', ...args], flags, context) => {
  const load = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (load) return (await load())(args, flags, context);
  throw new TruekeelError(`there is no ${JSON.stringify(action)} of secrets`, {
    code: 'INVALID_FLAG',
    family: 'usage',
    hint: `It can be ${Object.keys(ACTIONS).join(', ')}: truekeel secret --help shows how.`,
  });
};
