/** Variables of Flux, against the library that Flux replaces them with. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { substituteVariables } from '../../lib/import/index.ts';
import { askReference, describeWithReference, type Request } from './reference.ts';

const VALUES = { one: '1', name: 'Shop-web-Shop', path: 'a/b/c.tar.gz', empty: '', accent: 'é' };

const name = fc.constantFrom(...Object.keys(VALUES), 'none', 'constructor');
const word = fc.string({ unit: fc.constantFrom(...'abS-./*?:$\\ {'), maxLength: 5 });
const number = fc.oneof(fc.integer({ min: 0, max: 20 }).map(String), fc.constantFrom('x', '+2'));

/** Texts, most of which are well formed: §{name}, with what the documentation has behind the name. */
const { text } = fc.letrec<{ text: string; expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 3 },
    name.map((one) => `\${${one}}`),
    name.map((one) => `\${#${one}}`),
    fc.tuple(name, fc.constantFrom('^', '^^', ',', ',,')).map(([one, sign]) => `\${${one}${sign}}`),
    fc
      .tuple(name, fc.constantFrom(':-', ':=', '='), fc.oneof(word, tie('text')))
      .map((parts) => `\${${parts.join('')}}`),
    fc.tuple(name, number).map(([one, start]) => `\${${one}:${start}}`),
    fc.tuple(name, number, number).map((parts) => `\${${parts.join(':')}}`),
    fc
      .tuple(name, fc.constantFrom('#', '##', '%', '%%'), fc.oneof(word, tie('expression')))
      .map((parts) => `\${${parts.join('')}}`),
    fc
      .tuple(
        name,
        fc.constantFrom('/', '//', '/#', '/%'),
        fc.oneof(word, tie('expression')),
        fc.oneof(word, tie('expression')),
      )
      .map(([one, sign, from, to]) => `\${${one}${sign}${from}/${to}}`),
  ),
  text: fc
    .array(fc.oneof({ maxDepth: 3 }, word, fc.constantFrom('$', '$$', '$${', '}', 'é'), tie('expression')), {
      maxLength: 4,
    })
    .map((parts) => parts.join('')),
}));

describeWithReference('variables of Flux', () => {
  it('become what Flux makes of them, or are refused', () => {
    let understood = 0;
    fc.assert(
      fc.property(fc.array(text, { minLength: 100, maxLength: 200 }), (texts) => {
        const requests = texts.map((one): Request => ({ variables: one, values: VALUES }));
        const there = askReference(requests);
        for (const [index, one] of texts.entries()) {
          const here = substituteVariables(one, VALUES);
          if (here === undefined) continue;
          understood += 1;
          expect({ text: one, made: here }).toEqual({ text: one, made: there[index] });
        }
      }),
      { numRuns: 30 },
    );
    expect(understood).toBeGreaterThan(1000);
  });

  it.each([
    '§{name}',
    '§{#name}',
    '§{name^^}',
    '§{name,,}',
    '§{one:-2}',
    '§{none:=§{one}}',
    '§{none=2}',
    '§{name:2}',
    '§{name:2:3}',
    '§{path##*/}',
    '§{path#*/}',
    '§{path%.*}',
    '§{path%%.*}',
    '§{name/Shop/x}',
    '§{name//Shop/}',
    '§{name/#Shop/x}',
    '§{name/%Shop/x}',
    '§{path//\\//-}',
    '§§{name}',
    'a§b §(c) 100§',
    '§{none:-}',
  ])('in %s are understood', (marked) => {
    const one = marked.replaceAll('§', '$');
    const [there] = askReference([{ variables: one, values: VALUES }]);
    expect(there).toBeDefined();
    expect(substituteVariables(one, VALUES)).toBe(there);
  });

  it.each(['§{name', '§{}', '§{a.b}', '§{name-x}', '§{arr[@]}', '§{name:}', '§{name/}', '§{name#§{one}x}'])(
    'in %s are refused, as Flux refuses them',
    (marked) => {
      const one = marked.replaceAll('§', '$');
      expect(askReference([{ variables: one, values: VALUES }])).toEqual([undefined]);
      expect(substituteVariables(one, VALUES)).toBeUndefined();
    },
  );
});
