import type { CommandGrant } from '../program/index.ts';
import type { CommandContext, Flags } from './command.ts';

/** Whether a program may be a command. Only who runs Truekeel can say so, never the repository: not its configuration, not
 * its rendered branch. */
export function commandGrant(
  { allowCommands }: Flags,
  { env, signal }: Pick<CommandContext, 'env' | 'signal'>,
): { readonly commands?: CommandGrant } {
  const granted = allowCommands === true || env.TRUEKEEL_ALLOW_COMMANDS === 'true';
  return granted ? { commands: { env, signal } } : {};
}
