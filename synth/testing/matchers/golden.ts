import { dirname, resolve } from 'node:path';
import { counted } from '../../../lib/objects/index.ts';
import { describeObject } from '../describe.ts';
import { type Files, goldenFiles, readGolden, writeGolden } from '../golden.ts';
import { homeOf } from '../rendered.ts';
import { objectsOf } from '../subject.ts';
import { CONTEXT, diffLines, type Paint } from '../yaml-diff.ts';
import { type MatcherContext, paintOf, type Verdict } from './verdict.ts';

/** What vitest says of the run: `all` with `-u`, `none` on CI. */
export interface GoldenContext extends MatcherContext {
  readonly testPath?: string;
  readonly snapshotState: { readonly snapshotUpdateState: 'all' | 'new' | 'none' };
}

/** Files of which the difference is shown; of the others, the names. */
const MOST_SHOWN = 5;

/** @param directory relative to the test's file */
export function toMatchGolden(this: GoldenContext, subject: unknown, directory: string): Verdict {
  if (this.isNot) throw new TypeError('toMatchGolden cannot be negated');
  const objects = objectsOf(subject);
  const rendered = goldenFiles(objects, (object) => homeOf(object)?.environment.name);
  const path = this.testPath === undefined ? resolve(directory) : resolve(dirname(this.testPath), directory);
  const golden = readGolden(path);
  const { snapshotUpdateState } = this.snapshotState;
  if (snapshotUpdateState === 'all' || (snapshotUpdateState === 'new' && golden === undefined)) {
    writeGolden(path, rendered, golden);
    return { pass: true, message: () => `${directory} was written` };
  }
  const paint = paintOf(this);
  const differing = [...new Set([...rendered.keys(), ...(golden?.keys() ?? [])])]
    .filter((file) => rendered.get(file) !== golden?.get(file))
    .sort();
  const byPath = new Map(objects.map((object) => [object.path, object]));
  return {
    pass: golden !== undefined && differing.length === 0,
    message: () => {
      if (golden === undefined) return `there is no ${directory}; run vitest -u to write it (never on CI)`;
      const described = differing.slice(0, MOST_SHOWN).flatMap((file) => {
        const object = byPath.get(file);
        return [
          '',
          `  ${object ? describeObject(object, paint) : file}`,
          ...change(file, golden, rendered, paint),
        ];
      });
      const more = differing.slice(MOST_SHOWN).map((file) => `  ${file}`);
      return [
        `${counted(differing.length, 'file')} of ${directory} ${differing.length === 1 ? 'differs' : 'differ'} from what is rendered; vitest -u writes them anew`,
        ...described,
        ...(more.length > 0 ? ['', ...more] : []),
      ].join('\n');
    },
  };
}

function change(file: string, golden: Files, rendered: Files, paint: Paint): readonly string[] {
  const before = golden.get(file);
  const now = rendered.get(file);
  if (now === undefined) return ['  is no longer rendered'];
  if (before === undefined) return [`  has no ${file}`];
  return ['', ...diffLines(before, now, paint, CONTEXT).map((line) => `  ${line}`)];
}
