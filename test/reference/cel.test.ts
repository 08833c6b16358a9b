/** Expressions of rules, against cel-go with the libraries of an API server. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FUNCTIONS, UNCERTAIN } from '../../lib/expressions/declared.ts';
import { celValue, checkExpression, expressionParser } from '../../lib/expressions/index.ts';
import { ReferenceProgram } from './program.ts';

const PROGRAM = new ReferenceProgram('cel-module');

interface Request {
  readonly expression: string;
  readonly self: string;
}

interface Answer {
  readonly Problem: string;
  readonly Result: string;
  readonly Error: string;
}

const ask = (requests: readonly Request[]) => PROGRAM.ask(requests) as readonly Answer[];
const parse = expressionParser(['self', 'oldSelf']);
const check = checkExpression('string', []);

/** In JSON; undefined where it gives an error, or is left to the server. */
function ours({ expression, self }: Request): string | undefined {
  try {
    const value: unknown = parse(expression)({ self: celValue(self), oldSelf: null });
    return JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? Number(one) : one));
  } catch {
    return undefined;
  }
}

/** Types that are never taken for another, each as a value. */
const PLAIN = ["'a'", '1', 'true', "b'a'"];
/** Macros are no calls, and what `format` and `optional` have is called on a name. */
const MACROS = ['all', 'exists', 'existsOne', 'exists_one', 'filter', 'has', 'map', 'bind', 'block', 'index'];
const CALLED = [...FUNCTIONS].filter(
  (name) => !MACROS.includes(name) && !/^(?:transform|opt[A-Z])|^sortBy$/.test(name),
);

PROGRAM.describe('an expression', () => {
  it('with a call of plain values compiles where a server compiles it, and is refused in its words', () => {
    const argumentLists = ['', ...PLAIN, ...PLAIN.flatMap((one) => PLAIN.map((other) => `${one}, ${other}`))];
    const calls = CALLED.flatMap((name) =>
      ['', ...PLAIN.map((value) => `${value}.`)].flatMap((receiver) =>
        argumentLists.map((given) => ({ name, expression: `${receiver}${name}(${given})`, self: '' })),
      ),
    );
    const answers = ask(calls);
    const told = calls.map(({ expression }) => check(expression).problem);
    const wrong = calls.flatMap(({ expression }, i) => {
      const { Problem } = answers[i]!;
      return told[i] !== undefined && told[i] !== Problem ? [[expression, told[i], Problem]] : [];
    });
    expect(wrong).toEqual([]);
    const refused = calls.filter(({ name }, i) => !UNCERTAIN.has(name) && answers[i]!.Problem !== '').length;
    expect(told.filter((problem) => problem !== undefined).length).toBeGreaterThan(refused * 0.99);
  });

  it('of a named format gives what a server gives', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.uuid(),
      fc.base64String({ maxLength: 12 }),
      fc.webUrl(),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10)),
      fc.stringMatching(
        /^\d{4}-[01]\d-[0-3]\d[tT][0-2]\d:[0-6]\d:[0-6]\d([.,]\d{1,3})?([zZ]|[+-]\d\d:\d\d)$/,
      ),
      fc.stringMatching(/^[a-zA-Z0-9./-]{0,20}$/),
      fc.constantFrom(
        '',
        '/',
        '//',
        'http://',
        'urn:uuid:x',
        'mailto:a',
        'a=',
        'YQ==',
        'YQ',
        'YQ==\n',
        '%zz',
      ),
    );
    const names = ['uri', 'uuid', 'byte', 'date', 'datetime', 'dns1123Label', 'labelValue', 'qualifiedName'];
    const requests = fc
      .sample(fc.tuple(fc.constantFrom(...names), text), { numRuns: 4000 })
      .map(([name, self]) => ({ expression: `format.${name}().validate(self).hasValue()`, self }));
    const answers = ask(requests);
    expect(requests.filter((request, i) => ours(request) !== answers[i]!.Result)).toEqual([]);
  });

  it('made of functions of texts gives what a server gives, wherever ours gives anything', () => {
    const texts = fc.constantFrom(
      'self',
      "'a'",
      "'a-b-c'",
      "''",
      "'Grüße'",
      "'1'",
      "'1.5Gi'",
      "'10.0.0.1/8'",
      "'1.2.3-x'",
      "'https://a:1/b?c=d'",
    );
    const numbers = fc.constantFrom('0', '1', '2', '-1', 'size(self)');
    const { any } = fc.letrec<{ any: string; text: string; list: string; bool: string; number: string }>(
      (tie) => ({
        text: fc.oneof(
          { maxDepth: 3 },
          texts,
          fc.tuple(tie('text'), tie('text')).map(([a, b]) => `(${a} + ${b})`),
          fc
            .tuple(tie('text'), fc.constantFrom('lowerAscii', 'upperAscii', 'trim', 'reverse'))
            .map(([a, f]) => `${a}.${f}()`),
          fc.tuple(tie('text'), numbers).map(([a, n]) => `${a}.substring(${n})`),
          fc.tuple(tie('text'), numbers).map(([a, n]) => `${a}.charAt(${n})`),
          fc.tuple(tie('text'), texts, texts).map(([a, b, c]) => `${a}.replace(${b}, ${c})`),
          fc.tuple(tie('list'), texts).map(([a, b]) => `${a}.join(${b})`),
          fc.tuple(tie('bool'), tie('text'), tie('text')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
          tie('number').map((n) => `string(${n})`),
          tie('text').map((a) => `'%s|%s'.format([${a}, ${a}])`),
        ),
        list: fc.oneof(
          { maxDepth: 3 },
          fc.tuple(tie('text'), texts).map(([a, b]) => `${a}.split(${b})`),
          fc.tuple(tie('list'), tie('bool')).map(([a, b]) => `${a}.filter(x, ${b} || x == 'a')`),
          tie('list').map((a) => `${a}.map(x, x + x)`),
          tie('list').map((a) => `${a}.sort()`),
          tie('list').map((a) => `${a}.distinct()`),
          tie('text').map((a) => `[${a}, self]`),
        ),
        number: fc.oneof(
          { maxDepth: 3 },
          numbers,
          tie('text').map((a) => `size(${a})`),
          fc.tuple(tie('text'), texts).map(([a, b]) => `${a}.indexOf(${b})`),
          fc.tuple(tie('text'), texts).map(([a, b]) => `${a}.lastIndexOf(${b})`),
          fc
            .tuple(tie('number'), tie('number'), fc.constantFrom('+', '-', '*', '/', '%'))
            .map(([a, b, o]) => `(${a} ${o} ${b})`),
          tie('text').map((a) => `int(${a})`),
          tie('list').map((a) => `size(${a})`),
          fc.tuple(tie('list'), texts).map(([a, b]) => `${a}.indexOf(${b})`),
          fc.tuple(tie('list'), texts).map(([a, b]) => `${a}.lastIndexOf(${b})`),
        ),
        bool: fc.oneof(
          { maxDepth: 3 },
          fc.constantFrom('true', 'false'),
          fc
            .tuple(tie('text'), texts, fc.constantFrom('contains', 'startsWith', 'endsWith'))
            .map(([a, b, f]) => `${a}.${f}(${b})`),
          fc
            .tuple(tie('bool'), tie('bool'), fc.constantFrom('&&', '||'))
            .map(([a, b, o]) => `(${a} ${o} ${b})`),
          fc
            .tuple(tie('text'), tie('text'), fc.constantFrom('==', '!=', '<', '<='))
            .map(([a, b, o]) => `(${a} ${o} ${b})`),
          fc
            .tuple(tie('number'), tie('number'), fc.constantFrom('==', '<', '>='))
            .map(([a, b, o]) => `(${a} ${o} ${b})`),
          fc
            .tuple(tie('list'), fc.constantFrom('all', 'exists', 'exists_one'), texts)
            .map(([a, f, b]) => `${a}.${f}(x, x != ${b})`),
          tie('text').map((a) => `${a} in ['a', self]`),
          fc
            .tuple(tie('text'), fc.constantFrom('isQuantity', 'isURL', 'isIP', 'isCIDR', 'isSemver'))
            .map(([a, f]) => `${f}(${a})`),
          tie('text').map((a) => `${a}.matches('^[a-z]+[0-9]?$')`),
        ),
        any: fc.oneof(tie('text'), tie('list'), tie('number'), tie('bool')),
      }),
    );
    const requests = fc.sample(fc.record({ expression: any, self: fc.constantFrom('a', '', 'b-1', 'Ü😀') }), {
      numRuns: 4000,
    });
    const answers = ask(requests);
    const told = requests.map(ours);
    const wrong = requests.flatMap((request, i) => {
      const { Result, Problem, Error: failure } = answers[i]!;
      return told[i] !== undefined &&
        Problem === '' &&
        !failure.startsWith('internal error') &&
        told[i] !== Result
        ? [[request, told[i], answers[i]]]
        : [];
    });
    expect(wrong).toEqual([]);
    const given = answers.filter(({ Result }) => Result !== '').length;
    expect(told.filter((one) => one !== undefined).length).toBeGreaterThan(given * 0.98);
  });
});
