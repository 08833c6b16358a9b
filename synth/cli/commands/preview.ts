import { TruekeelError } from '../../../lib/objects/index.ts';
import type { Command } from '../command.ts';

/** What can be done with previews, and what does it. */
const ACTIONS: Readonly<Record<string, () => Promise<Command>>> = {
  up: async () => (await import('../preview/up.ts')).up,
  down: async () => (await import('../preview/down.ts')).down,
  list: async () => (await import('../preview/list.ts')).list,
  sweep: async () => (await import('../preview/sweep.ts')).sweep,
};

export const command: Command = async ([action = '', ...args], flags, context) => {
  const load = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (load) return (await load())(args, flags, context);
  throw new TruekeelError(`there is no ${JSON.stringify(action)} of previews`, {
    code: 'INVALID_FLAG',
    family: 'usage',
    hint: `It can be ${Object.keys(ACTIONS).join(', ')}: truekeel preview --help shows how.`,
  });
};
