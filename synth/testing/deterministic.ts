import type { IConstruct } from 'constructs';
import { TruekeelError } from '../../lib/objects/index.ts';
import { onForeignMachine, onThisMachine } from './foreign-machine.ts';
import { render } from './render.ts';
import type { Rendered } from './rendered.ts';
import { CONTEXT, diffLines } from './yaml-diff.ts';

/** Makes and renders a program twice, the second time as another machine would at another time: another clock, other
 * chances, another locale. Time zone and file system stay as they are; `truekeel verify` runs a whole process anew.
 * @param make makes the App from nothing
 * @throws TruekeelError `NOT_DETERMINISTIC` with what came out different */
export function deterministic(make: () => IConstruct): void {
  const here = bytesOf(onThisMachine(() => render(make())));
  const there = bytesOf(onForeignMachine(() => render(make())));
  const differing = [...new Set([...here.keys(), ...there.keys()])].filter(
    (name) => here.get(name)?.yaml !== there.get(name)?.yaml,
  );
  const [first] = differing;
  if (first === undefined) return;
  const before = here.get(first);
  const after = there.get(first);
  const { constructPath, source, key } = before ?? after ?? {};
  const difference = diffLines(before?.yaml ?? '', after?.yaml ?? '', PLAIN, CONTEXT).map(
    (line) => `  ${line}`,
  );
  throw new TruekeelError(
    [
      `the program renders something else on another machine: ${differing.join(', ')}`,
      '',
      ...difference,
    ].join('\n'),
    {
      code: 'NOT_DETERMINISTIC',
      family: 'validation',
      ...(key && { key }),
      ...(constructPath !== undefined && { constructPath }),
      ...(source && { source }),
      hint: 'Look for dates, random values and locale-dependent sorting (localeCompare without a locale).',
    },
  );
}

const asIs = (text: string) => text;
const PLAIN = { expected: asIs, found: asIs, dim: asIs };

/** By environment and path. */
function bytesOf({ environments }: Rendered): ReadonlyMap<string, Rendered['objects'][number]> {
  return new Map(
    environments.flatMap(({ name, applications }) =>
      applications.flatMap(({ objects }) =>
        objects.map((object) => [`${name}/${object.path}`, object] as const),
      ),
    ),
  );
}
