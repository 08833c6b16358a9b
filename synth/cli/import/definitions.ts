/** `truekeel import crd`: from CustomResourceDefinitions, in files or in a cluster, to typed constructs. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import {
  type Definition,
  generateConstructs,
  readDefinitions,
  type SourceFile,
} from '../../../lib/import/index.ts';
import { counted, emitYaml, TruekeelError } from '../../../lib/objects/index.ts';
import { manifestFiles } from '../../../lib/render/index.ts';
import { connectTarget } from '../../pipeline/target.ts';
import type { Command, CommandContext, Flags } from '../command.ts';
import { describeError, Exit, exitCodeOfAll } from '../exit.ts';
import type { ResultOf } from '../results.ts';
import { seconds } from '../seconds.ts';
import { clusterOptions, readSettings, text } from '../settings.ts';
import { inTheWay } from './in-the-way.ts';
import { LANGUAGES } from './languages.ts';
import { type Imported, importPackages } from './packages.ts';

type Result = Extract<ResultOf<'import'>, { what: 'crd' }>;

export const importDefinitions: Command = async ([path], flags, context) => {
  const started = performance.now();
  if ((path === undefined) === (flags.cluster !== true)) {
    throw new TruekeelError('where are the CustomResourceDefinitions?', {
      code: 'INVALID_FLAG',
      family: 'usage',
      hint: 'Name a file or a folder, or give --cluster.',
    });
  }
  const language = languageOf(flags);
  const files =
    path === undefined ? await definitionsOfCluster(flags, context) : await filesBelow(path, context.cwd);
  const { definitions, errors } = readDefinitions(files);
  if (definitions.length === 0 && errors.length === 0) {
    throw new TruekeelError(`${path ?? 'the cluster'} has no CustomResourceDefinitions`, {
      code: 'NO_DEFINITIONS',
      family: 'usage',
      hint: 'Name what has documents of kind CustomResourceDefinition: those that kubectl apply takes, or helm show crds prints.',
    });
  }
  const imported =
    language === 'typescript'
      ? importTypeScript(definitions, flags, context)
      : await importPackages(language, definitions, text(flags.out), context);
  const result: Result = {
    what: 'crd',
    language,
    ...imported,
    definitions: definitions.length,
    // Their `toJSON` makes what the schema says.
    errors: errors.map((error) => error.toJSON()) as Result['errors'],
    durationMs: performance.now() - started,
  };
  print(result, errors, flags, context);
  return errors.length === 0 ? Exit.done : exitCodeOfAll(errors);
};

async function filesBelow(path: string, cwd: string): Promise<readonly SourceFile[]> {
  const files = await manifestFiles(resolve(cwd, path));
  return Promise.all(
    files.map(async (file) => ({ file: relative(cwd, file) || file, text: await readFile(file, 'utf8') })),
  );
}

/** One document for each, so that errors can name a line. */
async function definitionsOfCluster(flags: Flags, context: CommandContext): Promise<readonly SourceFile[]> {
  const client = await connectTarget(clusterOptions(await readSettings(flags, context)));
  try {
    const resource = await client.resource({
      group: 'apiextensions.k8s.io',
      version: 'v1',
      kind: 'CustomResourceDefinition',
    });
    const { items } = await client.list(resource);
    return items.map((item) => {
      const { metadata, spec } = item;
      const definition = {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: metadata.name },
        spec,
      };
      return { file: `cluster/${metadata.name}.yaml`, text: emitYaml(definition) };
    });
  } finally {
    await client.close();
  }
}

function languageOf(flags: Flags): Result['language'] {
  const given = text(flags.language) ?? 'typescript';
  const language = [...Object.keys(LANGUAGES), 'typescript'].find((name) => name === given);
  if (language !== undefined) return language as Result['language']; // one of their names
  throw new TruekeelError(`${given} is no language of constructs`, {
    code: 'INVALID_FLAG',
    family: 'usage',
    hint: 'It can be typescript, python, java or go.',
  });
}

function importTypeScript(
  definitions: readonly Definition[],
  flags: Flags,
  { cwd }: CommandContext,
): Imported {
  const out = resolve(cwd, text(flags.out) ?? 'imports');
  const files = generateConstructs(definitions);
  for (const { path } of files) {
    const target = join(out, path);
    if (existsSync(target) && !readFileSync(target, 'utf8').startsWith(OURS)) throw inTheWay(target);
  }
  if (files.length > 0) mkdirSync(out, { recursive: true });
  for (const { path, text } of files) writeFileSync(join(out, path), text);
  return {
    out,
    files: files.map(({ path, group, constructs }) => ({ path, group, constructs: [...constructs] })),
  };
}

/** How files begin that we may write over. */
const OURS = '// The constructs of ';

function print(
  result: Result,
  errors: readonly TruekeelError[],
  flags: Flags,
  { terminal }: CommandContext,
): void {
  for (const error of errors) for (const line of describeError(error, terminal.paint)) terminal.err(line);
  if (flags.output === 'json') {
    terminal.out(JSON.stringify(result, null, 2));
    return;
  }
  for (const { path, constructs } of result.files) terminal.out(`  ${path}  ${constructs.join(', ')}`);
  const unit = result.language === 'typescript' ? 'file' : 'folder';
  const left = errors.length === 0 ? '' : `, ${counted(errors.length, 'error')}`;
  terminal.out(
    `${counted(result.definitions, 'definition')} in ${counted(result.files.length, unit)} below ${result.out}${left} (${seconds(result.durationMs)})`,
  );
}
