import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeValues, setValue } from '../../lib/import/index.ts';
import type { JsonObject, JsonValue } from '../../lib/objects/index.ts';
import { chartFiles, describeWithHelm, folder } from './charts.ts';

const name = fc.constantFrom('a', 'b', 'c-d', 'e_f', 'dotted.name', 'Ünicode', '0');
const path = fc.array(fc.oneof({ weight: 4, arbitrary: name }, { weight: 1, arbitrary: fc.constant(0) }), {
  minLength: 1,
  maxLength: 4,
});
const text = fc.oneof(
  fc.constantFrom(
    '',
    'true',
    'False',
    'null',
    'NULL',
    '0',
    '00',
    '0755',
    '-1',
    '1e3',
    '1.5',
    '12345',
    '+1',
    'x=y',
    ' a ',
    'nil',
    '-0',
    'tRUE',
  ),
  fc.integer().map(String),
  fc.stringMatching(/^[a-z0-9 .:/"'@#%-]{0,12}$/),
);
const leaf: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom(null, true, 1, 'x'),
  fc.array(fc.constantFrom(1, 'y')),
);
const values = fc.letrec<{ map: JsonObject; value: JsonValue }>((tie) => ({
  map: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3 }),
  value: fc.oneof({ maxDepth: 3, depthSize: 'small' }, leaf, tie('map')),
})).map;

const written = (steps: readonly (string | number)[]) =>
  steps
    .map((step, index) =>
      typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${step.replaceAll('.', '\\.')}`,
    )
    .join('');

await describeWithHelm('values', (helm) => {
  const SHOW = chartFiles('show', { 'x.yaml': '{{ .Values | toJson }}' });

  function shown(chart: string, args: readonly string[], input = ''): JsonObject {
    const output = execFileSync(helm, ['template', 'x', chart, ...args], { encoding: 'utf8', input });
    return JSON.parse(output.replace(/^---\n#.*\n/, ''));
  }

  it('are set as --set sets them', () => {
    const chart = folder(SHOW);
    const cases = fc.array(fc.tuple(path, text, fc.boolean()), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(cases, (some) => {
        // Each below a name of its own, so that one run of Helm tries all of them.
        const understood = some.filter(([steps, value]) => value !== '' || !steps.includes(0));
        const all = understood.map(([steps, value, isText], index) => ({
          steps: [`k${index}`, ...steps],
          value,
          isText,
        }));
        const args = all.map(
          ({ steps, value, isText }) => `--set${isText ? '-string' : ''}=${written(steps)}=${value}`,
        );
        let ours: JsonObject | undefined = {};
        for (const { steps, value, isText } of all) {
          ours = ours && setValue(ours, written(steps), value, isText ? 'text' : 'guessed');
        }
        // What is null takes a default away; the charts here have none.
        expect(ours && shown(chart, ['--values=-'], JSON.stringify(ours))).toEqual(shown(chart, args));
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });

  it('are merged as Helm merges files', () => {
    const chart = folder(SHOW);
    fc.assert(
      fc.property(values, values, (base, over) => {
        const files = folder({ 'a.json': JSON.stringify(base), 'b.json': JSON.stringify(over) });
        const theirs = shown(chart, ['-f', `${files}/a.json`, '-f', `${files}/b.json`]);
        expect(shown(chart, ['--values=-'], JSON.stringify(mergeValues(base, over)))).toEqual(theirs);
      }),
      { numRuns: 15 },
    );
  });
});

describe('a value that is not understood', () => {
  it.each([
    ['a', '{x,y}'],
    ['a', '1,b=2'],
    ['a[3]', 'x'],
    ['a[0].b', ''],
    ['', 'x'],
    ['[0]', 'x'],
    ['a..b', 'x'],
    ['a{b}', 'x'],
    ['__proto__.x', 'y'],
    ['a', '\\,'],
    ['a', '12345678901234567'],
  ])('is not set: %s=%s', (where, value) => {
    expect(setValue({ a: [] }, where, value)).toBeUndefined();
    expect({}).not.toHaveProperty('x');
  });
});
