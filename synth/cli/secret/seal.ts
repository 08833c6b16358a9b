/** `truekeel secret seal`: values become a sealed Secret, or take the place of values of one. */
import { basename, relative } from 'node:path';
import { type KubernetesObject, parseYaml, TruekeelError } from '../../../lib/objects/index.ts';
import {
  type AgeIdentity,
  formatOf,
  readSealed,
  type SecretContent,
  sealSecret,
  secretContent,
} from '../../../lib/sealed/index.ts';
import type { Command, CommandContext, Flags } from '../command.ts';
import { Exit } from '../exit.ts';
import type { ResultOf } from '../results.ts';
import { list, text } from '../settings.ts';
import {
  asUsage,
  identitiesOf,
  readBytes,
  readIfThere,
  recipientsGiven,
  theFile,
  writeWhole,
} from './files.ts';

export const sealFile: Command = async (args, flags, context) => {
  const path = theFile(args, context);
  const file = relative(context.cwd, path);
  if (formatOf(path) !== 'yaml') throw usage(`${file} does not end in .yaml: a sealed Secret is YAML`);
  const given = await givenContent(flags, context);
  const before = await contentBefore(path, file, () => identitiesOf(flags, context));
  const recipients = (await recipientsGiven(path, flags)) ?? before?.recipients ?? [];
  if (recipients.length === 0) {
    throw new TruekeelError(`nothing says for whom ${file} is to be sealed`, {
      code: 'NO_RECIPIENTS',
      family: 'usage',
      hint: 'Give --recipient age1…, or write a .sops.yaml with creation_rules. truekeel secret keygen makes a key.',
    });
  }
  const values = new Map([...(before?.content.values ?? []), ...given.values]);
  if (values.size === 0)
    throw usage('there is nothing to seal: give --from-literal, --from-file or --from-secret');
  const type = text(flags.type) ?? given.type ?? before?.content.type;
  const content: SecretContent = {
    name: before?.content.name ?? given.name ?? nameOf(path),
    ...(type !== undefined && { type }),
    values,
  };
  const sealed = await sealSecret(content, { recipients, now: new Date() }).catch((error: unknown) => {
    throw asUsage(error);
  });
  await writeWhole(path, sealed);
  const result: ResultOf<'secret'> = [{ file, keys: [...values.keys()].sort(), recipients: [...recipients] }];
  if (flags.output === 'json') context.terminal.out(JSON.stringify(result, null, 2));
  else
    context.terminal.out(
      `${file}: ${values.size === 1 ? '1 value' : `${values.size} values`} sealed for ${recipients.join(', ')}`,
    );
  return Exit.done;
};

interface Before {
  readonly content: SecretContent;
  readonly recipients: readonly string[];
}

/** To keep its other values, a file that is there has to be opened. */
async function contentBefore(
  path: string,
  file: string,
  identities: () => Promise<readonly AgeIdentity[]>,
): Promise<Before | undefined> {
  const sealed = await readIfThere(path);
  if (sealed === undefined) return undefined;
  const document = readSealed(sealed, file);
  const content = await secretContent(document, await identities());
  if (content) return { content, recipients: document.metadata.age.map(({ recipient }) => recipient) };
  throw new TruekeelError(`${file} has more in it than "truekeel secret seal" writes`, {
    code: 'FILE_EXISTS',
    family: 'usage',
    hint: 'Change it with sops, or seal into another file.',
  });
}

type Given = Omit<SecretContent, 'name'> & { readonly name?: string };

/** What is later on the command line counts, where a key is there twice. */
async function givenContent(flags: Flags, context: CommandContext): Promise<Given> {
  const secret = text(flags.fromSecret);
  const plain = secret === undefined ? undefined : plainSecret(await readBytes(secret, context), secret);
  const values = new Map(plain?.values);
  for (const literal of list(flags.fromLiteral)) {
    const equals = literal.indexOf('=');
    if (equals <= 0) throw usage(`--from-literal takes KEY=VALUE`);
    values.set(literal.slice(0, equals), Buffer.from(literal.slice(equals + 1)));
  }
  for (const file of list(flags.fromFile)) {
    const equals = file.indexOf('=');
    const path = file.slice(equals + 1);
    values.set(equals < 0 ? basename(file) : file.slice(0, equals), await readBytes(path, context));
  }
  for (const key of values.keys()) {
    if (!/^[-._a-zA-Z0-9]{1,253}$/.test(key) || key === '.' || key.startsWith('..'))
      throw usage(`${JSON.stringify(key)} cannot be a key: letters, digits, "-", "_" and "." make one`);
  }
  return { ...plain, values };
}

/** A Secret as `kubectl get secret -o yaml` prints it. */
function plainSecret(bytes: Buffer, file: string): Given {
  const documents = parseYaml(bytes.toString('utf8'), { file: file === '-' ? 'standard input' : file });
  const { kind, metadata, type, data, stringData } = Object(documents[0]?.value) as Partial<KubernetesObject>;
  if (documents.length !== 1 || kind !== 'Secret') throw usage(`${file} is not one Secret`);
  const values = new Map<string, Buffer>();
  for (const [key, value] of Object.entries(Object(data)))
    values.set(key, Buffer.from(String(value), 'base64'));
  for (const [key, value] of Object.entries(Object(stringData))) values.set(key, Buffer.from(String(value)));
  return {
    values,
    ...(metadata?.name !== undefined && { name: metadata.name }),
    ...(typeof type === 'string' && type !== 'Opaque' && { type }),
  };
}

function nameOf(path: string): string {
  return basename(path).replace(/(?:\.(?:sops|enc|sealed))?\.ya?ml$/, '');
}

function usage(message: string): TruekeelError {
  return new TruekeelError(message, {
    code: 'INVALID_FLAG',
    family: 'usage',
    hint: 'See "truekeel secret --help".',
  });
}
