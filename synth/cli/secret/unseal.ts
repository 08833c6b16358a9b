/** `truekeel secret unseal`: prints the values of a sealed file to whoever has a key. */
import { relative } from 'node:path';
import { emitYaml, type JsonObject } from '../../../lib/objects/index.ts';
import { secretEntries } from '../../../lib/sealed/document/index.ts';
import { openValues, readSealed } from '../../../lib/sealed/index.ts';
import type { Command } from '../command.ts';
import { Exit } from '../exit.ts';
import { identitiesOf, readBytes, theFile } from './files.ts';

export const unsealFile: Command = async (args, flags, context) => {
  const path = theFile(args, context);
  const file = relative(context.cwd, path);
  const document = readSealed((await readBytes(path, context)).toString('utf8'), file);
  const values = await openValues(document, secretEntries(document), await identitiesOf(flags, context));
  const shown = readable(values);
  context.terminal.out(flags.output === 'json' ? JSON.stringify(shown, null, 2) : emitYaml(shown).trimEnd());
  return Exit.done;
};

/** Text as text, and bytes in base64, as a Secret has them. */
function readable(values: ReadonlyMap<string, Buffer>): JsonObject {
  const data: [string, string][] = [];
  const stringData: [string, string][] = [];
  for (const [key, bytes] of values) {
    const text = bytes.toString('utf8');
    if (Buffer.from(text).equals(bytes)) stringData.push([key, text]);
    else data.push([key, bytes.toString('base64')]);
  }
  return {
    ...(data.length > 0 && { data: Object.fromEntries(data) }),
    ...(stringData.length > 0 && { stringData: Object.fromEntries(stringData) }),
  };
}
