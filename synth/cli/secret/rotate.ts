/** `truekeel secret rotate`: seals files for those who shall be able to open them from now on. */
import { relative, resolve } from 'node:path';
import { TruekeelError } from '../../../lib/objects/index.ts';
import { openDocument, readSealed, resealFor } from '../../../lib/sealed/index.ts';
import type { Command, CommandContext, Flags } from '../command.ts';
import { Exit } from '../exit.ts';
import type { ResultOf } from '../results.ts';
import { asUsage, identitiesOf, readBytes, recipientsGiven, theFile, writeWhole } from './files.ts';

export const rotateFiles: Command = async (args, flags, context) => {
  theFile(args, context);
  const result: ResultOf<'secret'> = [];
  for (const file of args) result.push(await rotate(resolve(context.cwd, file), flags, context));
  if (flags.output === 'json') context.terminal.out(JSON.stringify(result, null, 2));
  else for (const one of result) context.terminal.out(lineOf(one));
  return Exit.done;
};

type Rotated = ResultOf<'secret'>[number];

async function rotate(path: string, flags: Flags, context: CommandContext): Promise<Rotated> {
  const file = relative(context.cwd, path);
  const document = readSealed((await readBytes(path, context)).toString('utf8'), file);
  const { age, others } = document.metadata;
  const before = age.map(({ recipient }) => recipient);
  if (others.length > 0) {
    throw new TruekeelError(`${file} is sealed by ${others.join(', ')}, too, which is not written here`, {
      code: 'SEALED_UNREADABLE',
      family: 'validation',
      hint: 'Use "sops updatekeys" and "sops rotate" for it.',
    });
  }
  const recipients = (await recipientsGiven(path, flags)) ?? before;
  const newKey = flags.newKey === true || before.some((recipient) => !recipients.includes(recipient));
  const added = recipients.filter((recipient) => !before.includes(recipient));
  const opened = await openDocument(document, await identitiesOf(flags, context));
  const change = newKey ? 'new key' : added.length > 0 ? 'recipients' : 'none';
  if (change !== 'none') {
    const options = { recipients, now: new Date(), newKey };
    const text = await resealFor(document, opened, options).catch((error: unknown) => {
      throw asUsage(error);
    });
    await writeWhole(path, text);
  }
  return { file, recipients: [...recipients], change };
}

function lineOf({ file, recipients, change }: Rotated): string {
  if (change === 'none') return `${file}: sealed for ${recipients.join(', ')}, as it was`;
  const how = change === 'new key' ? ' with a new key: what uses it is rolled' : '';
  return `${file}: sealed for ${recipients.join(', ')}${how}`;
}
