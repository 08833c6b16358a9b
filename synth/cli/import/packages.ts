/** From definitions to packages of sources for Python, Java or Go, one for each group, at their place in the project. */
import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type Definition, generateJsiiPackages } from '../../../lib/import/index.ts';
import { TruekeelError } from '../../../lib/objects/index.ts';
import type { CommandContext } from '../command.ts';
import type { ResultOf } from '../results.ts';
import { inTheWay } from './in-the-way.ts';
import { jsiiDependencies, packageSources } from './jsii-pacmak.ts';
import { LANGUAGES, type LanguageName } from './languages.ts';

/** What was written, and where. */
export type Imported = Pick<Extract<ResultOf<'import'>, { what: 'crd' }>, 'out' | 'files'>;

/** @param out where they go, when somebody said
 * @throws TruekeelError `FILE_EXISTS`, `INVALID_FLAG`, `JSII_NOT_FOUND`, `JSII_FAILED`; nothing has been written then */
export async function importPackages(
  name: LanguageName,
  definitions: readonly Definition[],
  given: string | undefined,
  context: CommandContext,
): Promise<Imported> {
  const language = LANGUAGES[name];
  const out = resolve(context.cwd, given ?? language.out);
  const { targetOf, directoriesOf } = language.place(out);
  const packages = generateJsiiPackages(
    definitions,
    (of) => ({ [name]: targetOf(of) }),
    await jsiiDependencies(),
  );
  const places = packages.map(({ name }) => directoriesOf(name));
  requireApart(packages.map(({ group }, index) => [group, places[index]![0]!.to]));
  for (const { to, mark } of places.flat())
    if (existsSync(to) && !existsSync(join(to, mark))) throw inTheWay(to);
  if (packages.length > 0) await packageSources(packages, name, directoriesOf, context);
  const files = packages.map(({ group, constructs }, index) => {
    const [sources] = places[index]!;
    return { path: relative(out, sources!.to), group, constructs: [...constructs] };
  });
  return { out, files };
}

/** @param folders group and folder
 * @throws TruekeelError `FILE_EXISTS` */
function requireApart(folders: readonly (readonly [string, string])[]): void {
  for (const [index, [group, folder]] of folders.entries()) {
    const other = folders.slice(0, index).find(([, taken]) => taken === folder);
    if (!other) continue;
    throw new TruekeelError(`${other[0]} and ${group} would both be in ${folder}`, {
      code: 'FILE_EXISTS',
      family: 'usage',
      hint: 'Import them one by one, each into a directory of its own with --out.',
    });
  }
}
