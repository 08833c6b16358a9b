import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { healthOf, type RulesOf, rulesByApplication } from '../../../lib/health/index.ts';
import type { JsonValue, KubernetesObject } from '../../../lib/objects/index.ts';
import {
  flattenLists,
  formatKey,
  keyOf,
  Label,
  parseYaml,
  TruekeelError,
  type YamlDocument,
} from '../../../lib/objects/index.ts';
import type { Command, CommandContext, Flags } from '../command.ts';
import { Exit } from '../exit.ts';
import type { ResultOf } from '../results.ts';
import { table } from '../table.ts';
import type { Colour } from '../terminal.ts';

const COLOUR: Readonly<Record<string, Colour>> = { Current: 'green', Failed: 'red', InProgress: 'yellow' };

export const command: Command = async (files, flags, context) => {
  const { terminal, cwd } = context;
  const rulesOf = await readRules(flags, context);
  const objects = (await Promise.all(files.map((file) => read(file, cwd)))).flat();
  const result: ResultOf<'health'> = objects.map((object) => {
    const rules = rulesOf(object.metadata.labels?.[Label.application]);
    const { status, message } = healthOf(object, { rules });
    return { key: formatKey(keyOf(object)), status, message };
  });
  if (flags.output === 'json') terminal.out(JSON.stringify(result, null, 2));
  else {
    const rows = result.map(({ key, status, message }) => [
      key,
      terminal.paint(COLOUR[status] ?? 'dim', status),
      message,
    ]);
    for (const line of table([['object', 'status', 'message'], ...rows])) terminal.out(line);
  }
  return Exit.done;
};

/** The rules that the programs of an environment bring along, as its rendered branch has them. */
async function readRules(flags: Flags, context: CommandContext): Promise<RulesOf> {
  if (flags.environment === undefined) return rulesByApplication([]);
  // Who judges by our own rules alone needs no repository, and does not load what reads one.
  const [{ desiredFromBranch }, { environmentRef, readSettings, requireRepository }] = await Promise.all([
    import('../../pipeline/desired.ts'),
    import('../settings.ts'),
  ]);
  const settings = await readSettings(flags, context);
  const { applications } = await desiredFromBranch(requireRepository(settings), environmentRef(settings));
  return rulesByApplication(applications);
}

async function read(file: string, cwd: string): Promise<readonly KubernetesObject[]> {
  const content = file === '-' ? await text(process.stdin) : await open(file, cwd);
  const documents = parseYaml(content, { file: file === '-' ? 'standard input' : file }).flatMap(items);
  return flattenLists(documents).map(asObject);
}

/** A JSON array of objects is taken too: what `jq` makes of a list. */
function items({ value, source }: YamlDocument): readonly YamlDocument[] {
  return Array.isArray(value)
    ? value.map((item: JsonValue) => ({ value: item, source }))
    : [{ value, source }];
}

/** What is judged has to be an object; a name it need not have. */
function asObject({ value, source }: YamlDocument): KubernetesObject {
  const object = value as Partial<KubernetesObject> | null;
  if (typeof object?.kind === 'string' && typeof object.apiVersion === 'string') {
    return {
      ...object,
      apiVersion: object.apiVersion,
      kind: object.kind,
      metadata: { ...object.metadata, name: object.metadata?.name ?? '' },
    };
  }
  throw new TruekeelError('this document is not a Kubernetes object: it has no apiVersion and kind', {
    code: 'NOT_AN_OBJECT',
    family: 'validation',
    hint: 'Give objects as kubectl get -o yaml prints them.',
    source,
  });
}

async function open(file: string, cwd: string): Promise<string> {
  try {
    return await readFile(resolve(cwd, file), 'utf8');
  } catch (cause) {
    throw new TruekeelError(`${file} cannot be read: ${cause instanceof Error ? cause.message : cause}`, {
      code: 'FILE_UNREADABLE',
      family: 'usage',
      hint: 'Name files of Kubernetes YAML or JSON, or - for standard input.',
      cause,
    });
  }
}
