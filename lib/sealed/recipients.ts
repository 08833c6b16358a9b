/** For whom new files are sealed: what `.sops.yaml` says, as SOPS reads it (config/config.go). */
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { type JsonValue, parseYaml, TruekeelError } from '../objects/index.ts';

const FILE = '.sops.yaml';

/** The recipients of the first creation rule for a file, in the nearest `.sops.yaml` above it.
 * @returns undefined where there is none
 * @throws TruekeelError `INVALID_YAML`, `NO_RECIPIENTS` for a file with no rule for this one, or one without age */
export async function recipientsFor(file: string): Promise<readonly string[] | undefined> {
  const found = await nearest(dirname(resolve(file)));
  if (!found) return undefined;
  const [document] = parseYaml(found.text, { file: found.path });
  const path = relative(dirname(found.path), resolve(file)).split(sep).join('/');
  const rule = rulesIn(document?.value).find(
    ({ pattern }) => pattern === undefined || matches(pattern, path, found.path),
  );
  if (rule && rule.age.length > 0) return rule.age;
  throw new TruekeelError(
    rule
      ? `the rule of ${found.path} for ${path} has no recipient of age`
      : `${found.path} has no creation rule for ${path}`,
    {
      code: 'NO_RECIPIENTS',
      family: 'usage',
      hint: 'Add one: creation_rules: [{ path_regex: secrets/.*, age: "age1…" }].',
    },
  );
}

async function nearest(
  directory: string,
): Promise<{ readonly path: string; readonly text: string } | undefined> {
  const path = join(directory, FILE);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text !== undefined) return { path, text };
  return dirname(directory) === directory ? undefined : nearest(dirname(directory));
}

interface CreationRule {
  readonly pattern: string | undefined;
  readonly age: readonly string[];
}

function rulesIn(value: JsonValue | undefined): readonly CreationRule[] {
  const { creation_rules: rules } = Object(value) as { readonly creation_rules?: unknown };
  if (!Array.isArray(rules)) return [];
  return rules.map((rule: unknown) => {
    const { path_regex: pattern, age } = Object(rule) as {
      readonly path_regex?: unknown;
      readonly age?: unknown;
    };
    const texts = Array.isArray(age) ? age : [age];
    return {
      pattern: typeof pattern === 'string' ? pattern : undefined,
      age: texts.flatMap((text) =>
        typeof text === 'string'
          ? text
              .split(',')
              .map((one) => one.trim())
              .filter((one) => one !== '')
          : [],
      ),
    };
  });
}

function matches(pattern: string, path: string, file: string): boolean {
  try {
    return new RegExp(pattern).test(path);
  } catch (cause) {
    throw new TruekeelError(`path_regex ${JSON.stringify(pattern)} of ${file} is not read here`, {
      code: 'NO_RECIPIENTS',
      family: 'usage',
      hint: 'Write it without what only Go reads, or give --recipient.',
      cause,
    });
  }
}
