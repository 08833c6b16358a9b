/** `truekeel secret edit`: opens the values of a sealed file in an editor, and seals what was changed. */
import { relative } from 'node:path';
import { TruekeelError } from '../../../lib/objects/index.ts';
import { openDocument, plainText, readSealed, sealEdited } from '../../../lib/sealed/index.ts';
import { commandWords } from '../../program/index.ts';
import type { Command, CommandContext } from '../command.ts';
import { Exit } from '../exit.ts';
import type { ResultOf } from '../results.ts';
import { identitiesOf, readBytes, theFile, writeWhole } from './files.ts';
import { PlainFile } from './plain-file.ts';

export const editFile: Command = async (args, flags, context) => {
  const { env } = context;
  const path = theFile(args, context);
  const file = relative(context.cwd, path);
  const editor = editorOf(env);
  const before = (await readBytes(path, context)).toString('utf8');
  const document = readSealed(before, file);
  const opened = await openDocument(document, await identitiesOf(flags, context));
  using plain = new PlainFile(path, plainText(document, opened), env);
  const tell = (change: 'none' | 'values') => {
    const result: ResultOf<'secret'> = [
      { file, recipients: document.metadata.age.map(({ recipient }) => recipient), change },
    ];
    context.terminal.out(flags.output === 'json' ? JSON.stringify(result, null, 2) : lineOf(result[0]!));
  };
  for (;;) {
    if (!(await plain.edit(editor, context))) return Exit.interrupted;
    let sealed: string | undefined;
    try {
      sealed = sealEdited(document, opened, plain.read(), new Date());
    } catch (error) {
      if (!(error instanceof TruekeelError) || !(await wantsAnotherTry(error, context))) throw error;
      continue;
    }
    if (sealed === undefined) {
      tell('none');
      return Exit.done;
    }
    if ((await readBytes(path, context)).toString('utf8') !== before) throw changedMeanwhile(file);
    await writeWhole(path, sealed);
    tell('values');
    return Exit.done;
  }
};

function lineOf({ file, recipients, change }: ResultOf<'secret'>[number]): string {
  return change === 'none' ? `${file}: as it was` : `${file}: sealed for ${recipients.join(', ')}`;
}

/** As Git and SOPS look for it. */
function editorOf(env: NodeJS.ProcessEnv): readonly [string, ...string[]] {
  const editor = [env.SOPS_EDITOR, env.VISUAL, env.EDITOR].find(
    (one) => one !== undefined && one.trim() !== '',
  );
  return editor === undefined ? ['vi'] : commandWords(editor, 'EDITOR');
}

/** Where somebody can be asked, what was typed is not lost for a mistake in it. */
async function wantsAnotherTry(error: TruekeelError, { terminal, signal }: CommandContext): Promise<boolean> {
  if (!terminal.interactive || signal.aborted) return false;
  terminal.err(error.message);
  const answer = (await terminal.ask('Edit it again? [Y/n] ')).trim().toLowerCase();
  return answer === '' || answer === 'y' || answer === 'yes';
}

function changedMeanwhile(file: string): TruekeelError {
  return new TruekeelError(`${file} was changed while it was edited`, {
    code: 'SEALED_CHANGED',
    family: 'validation',
    hint: 'Nothing was written. Edit it again.',
  });
}
