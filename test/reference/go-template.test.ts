/** Templates of ApplicationSets, against Go's own with the functions that Argo CD gives it. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fillGoTemplate, TemplateProblem } from '../../lib/import/index.ts';
import { askReference, describeWithReference, type Request } from './reference.ts';

const VALUES = {
  name: 'Shop-Web',
  path: '  apps/shop/web ',
  parts: ['apps', 'shop', 'web', 'shop'],
  labels: { 'example.com/region': 'eu', plain: 'x' },
  none: '',
  nothing: null,
  zero: 0,
  count: 3,
  million: 1234567,
  share: 1.5,
  yes: true,
  no: false,
  empty: [],
  dots: '--a-b--',
  deep: { a: { b: [{ c: 'd' }, { c: 'e' }] } },
  list: [
    { name: 'one', size: 1, on: true },
    { name: 'two', size: 2, on: false },
  ],
};

const EXPRESSIONS = [
  ...[
    '.name',
    '.name | lower',
    'lower .name | upper',
    'trim .path | replace "/" "-"',
    '.share',
    '.count',
    '.million',
  ],
  ...[
    '.path | trim | splitList "/" | last',
    'first .parts',
    'join "," .parts',
    'rest .parts',
    'initial .parts',
  ],
  ...[
    '.parts | join "-" | trunc 6 | trimSuffix "-"',
    'trunc -3 .name',
    'trunc 100 .name',
    'trunc -100 .name',
  ],
  ...[
    'index .labels "example.com/region"',
    'index .parts 1 | printf "%s-%s" .name',
    'index .deep "a" "b" 1 "c"',
  ],
  ...[
    'printf "%v/%v/%v" .count .yes .name',
    'printf "100%%"',
    'printf "%05d|%-5s|%5s|%q|%t|%.2f" 42 "a" "b" .name .yes .share',
  ],
  ...['printf "%s" .parts', 'printf "%v" .deep', 'print 1 2 "a" 3', 'println .name .count'],
  ...[
    '.none | default "other"',
    '.missing | default "other"',
    'default "other" .name',
    'default "other" .zero',
  ],
  ...[
    'default "other" .empty',
    'coalesce .none .missing .name',
    'empty .no',
    'empty .labels',
    'empty .nothing',
  ],
  ...[
    'ternary "a" "b" .yes',
    '.no | ternary "a" "b"',
    'ternary "a" "b" (eq .name "Shop-Web")',
    'eq .count 3.0 | not',
  ],
  ...[
    'ne .name "x"',
    'lt 1 2',
    'ge .share 1.5',
    'gt "b" "a"',
    'le "a" "B"',
    'eq .name "a" "Shop-Web"',
    'eq .nothing nil',
  ],
  ...[
    'and .yes .name',
    'and .none .missing.deeper',
    'or .none .name',
    'or .yes .missing.deeper',
    'not .empty',
    'and .yes true 1',
  ],
  ...['hasPrefix "Shop" .name', 'hasSuffix "Web" .name', 'contains "p-W" .name', 'trimPrefix "Shop-" .name'],
  ...['trimAll "-" .dots', 'trimSuffix "" .name', 'nospace .path', 'b64enc .name', 'b64enc .name | b64dec'],
  ...[
    'sha256sum .name | trunc 8',
    'sha1sum "a"',
    'toString .count | printf "%s!"',
    'list "a" "b" | join "+"',
  ],
  ...[
    '`raw "text"`',
    '"quoted \\"text\\" \\u00e9 \\t"',
    '(index .parts 0)',
    'lower (printf "%s.%s" (first .parts) .name)',
  ],
  ...[
    '(index .list 1).name',
    '.deep.a.b',
    '$.name',
    '(dict "a" (dict "b" 1)).a.b',
    'len .parts',
    'len .name',
    'len .labels',
  ],
  ...[
    'add 1 2 .count',
    'sub 5 .count',
    'mul 2 3',
    'div 7 2',
    'mod -7 2',
    'add1 .share',
    'max 1 5 3',
    'min 4 .count',
    'int .share',
    'int64 "12"',
    'floor .share',
    'ceil .share',
  ],
  ...['int "x"', 'atoi "12"', 'atoi "x"', 'float64 3', 'until 3', 'untilStep 3 0 -1', 'add "3" true'],
  ...[
    'dict "a" 1 "b"',
    'get .labels "plain"',
    'get .labels "none"',
    'hasKey .labels "plain"',
    'keys .labels | sortAlpha',
    'pick .labels "plain"',
    'omit .labels "plain"',
    'values (dict "a" 1)',
    'pluck "a" (dict "a" 1) (dict "b" 2) (dict "a" 3)',
    'set (dict "a" 1) "b" 2',
    'unset (dict "a" 1) "a"',
  ],
  ...[
    'merge (dict "a" 1) (dict "a" 2 "b" 3)',
    'mergeOverwrite (dict "a" 1 "c" (dict "d" 1)) (dict "a" 2 "c" (dict "e" 2))',
    'dig "a" "b" "x" .deep | len',
    'dig "a" "z" "x" .deep',
    'dict "__proto__" 1',
  ],
  ...[
    'append .parts "x"',
    'prepend .parts "x"',
    'concat .parts (list 1)',
    'uniq .parts',
    'without .parts "shop"',
    'has "web" .parts',
    'reverse .parts',
    'compact (list "" "a" 0)',
    'slice .parts 1 3',
    'slice .parts 1',
    'sortAlpha .parts',
    'mustUniq .parts',
    'first .empty | default "x"',
  ],
  ...[
    'quote .name .count',
    'squote .name',
    'cat .name .count "x"',
    'indent 2 "a\\nb"',
    'nindent 2 "a\\nb"',
    'repeat 3 "ab"',
    'substr 1 3 .name',
    'substr -1 3 .name',
    'title "a shop-web"',
    'untitle "Shop Web"',
    'plural "one" "many" 1',
  ],
  ...[
    'toJson .deep',
    'toJson (dict "b" "<a>" "a" 1.5)',
    'toRawJson (dict "b" "<a>")',
    'toPrettyJson .list',
    'fromJson "{\\"a\\": [1, \\"b\\"]}"',
    '(fromJson "{\\"a\\": 1}").a',
  ],
  ...[
    'toYaml .list',
    'toYaml (dict "a" (list) "b" (dict) "c" "true" "d" "1.20" "e" (dict "f" (list 1 "x")) "g" nil)',
    'toYaml .parts | nindent 2',
    '(fromYaml "a: {b: 1}").a.b',
    'fromYamlArray "[1, x]" | join ","',
  ],
  ...[
    'regexMatch "^[a-z]+-\\\\d+$" "web-12"',
    'regexFind "[a-z]+" "12ab34"',
    'regexFindAll "[a-z]" "a1b2c3" 2',
    'regexReplaceAll "(\\\\w)-(\\\\w)" .name "§{2}_$1"'.replace('§', '$'),
    'regexReplaceAll "a(x*)b" "-ab-axxb-" "$1W"',
    'regexReplaceAll "a(x*)b" "-ab-axxb-" "§{1}W"'.replace('§', '$'),
    'regexReplaceAllLiteral "-" .name "$1"',
    'regexQuoteMeta "a.b"',
  ],
  ...[
    'base "a/b.yaml"',
    'dir "a/b.yaml"',
    'dir "b"',
    'clean "a/../b//c/."',
    'ext "a/b.tar.gz"',
    'isAbs "/a"',
    'base "/"',
  ],
  ...[
    'kindOf .count',
    'kindIs "string" .name',
    'kindOf (list)',
    'deepEqual (list 1 2) (list 1 2)',
    'all .yes .name',
    'any .no .none',
    'normalize "Shop_Web.Ü-"',
  ],
  ...['split "/" "a/b"', '(split "/" "a/b")._1', 'tuple 1 2'],
];

const TEMPLATES = [
  'a {{- " b " -}} c',
  '{{ if .yes }}a{{ else }}b{{ end }}',
  '{{ if .no }}a{{ else if eq .name "Shop-Web" }}c{{ else }}b{{ end }}',
  '{{- if and .yes (not .no) -}} x {{- end -}}',
  '{{ with .labels }}{{ .plain }}{{ $.name }}{{ else }}none{{ end }}',
  '{{ with .none }}a{{ else with .name }}{{ . }}{{ else }}c{{ end }}',
  '{{ range .parts }}[{{ . }}]{{ end }}',
  '{{ range $i, $part := .parts }}{{ if $i }},{{ end }}{{ $part }}{{ end }}',
  '{{ range $key, $value := .labels }}{{ $key }}={{ $value }};{{ end }}',
  '{{ range .empty }}a{{ else }}nothing{{ end }}',
  '{{ range .list }}{{ if not .on }}{{ continue }}{{ end }}{{ .name }}{{ end }}',
  '{{ range .parts }}{{ if eq . "shop" }}{{ break }}{{ end }}{{ . }}{{ end }}',
  '{{ range 3 }}{{ . }}{{ end }}{{ range $i := until 2 }}{{ $i }}{{ end }}',
  '{{ $x := .name }}{{ if .yes }}{{ $x = "changed" }}{{ $y := $x }}{{ $y }}{{ end }}{{ $x }}',
  '{{ if $x := .name | lower }}{{ $x }}{{ end }}',
  '{{ $total := 0 }}{{ range .list }}{{ $total = add $total .size }}{{ end }}{{ $total }}',
  '{{ define "label" }}<{{ .name }}{{ $.size }}>{{ end }}{{ range .list }}{{ template "label" . }}{{ end }}',
  '{{ block "b" .name }}{{ . | lower }}{{ end }}',
  '{{/* nothing */}}a{{- /* nothing */ -}} b',
  '{{ "}}" }}{{ `{{` }}',
  '{{ range $a, $b := .deep.a.b }}{{ $a }}{{ $b.c }}{{ range $.parts }}{{ . }}{{ end }}{{ end }}',
  '{{ (index .list 0).name | upper | printf "%s!" }}',
  '{{ with $x := .deep }}{{ $x.a.b | len }}{{ end }}',
  '{{if .yes}}{{"a"}}{{end}}',
  'no action at all',
  '{{ $d := dict }}{{ $_ := set $d "a" "b" }}{{ $d.a }}',
];

const fill = (template: string, options: readonly string[] = []) => {
  try {
    return fillGoTemplate(template, VALUES, {
      refusesMissing: options.includes('missingkey=error'),
      functions: {
        normalize: (name) =>
          name
            .toLowerCase()
            .replace(/[^-a-z0-9.]/g, '-')
            .replace(/^[-.]+|[-.]+$/g, ''),
      },
    });
  } catch (error) {
    if (error instanceof TemplateProblem) return undefined;
    throw error;
  }
};

const ask = (templates: readonly string[], options: readonly string[] = []) =>
  askReference(templates.map((template): Request => ({ template, values: VALUES, options })));

/** Expressions with the operands that functions may or may not take, most of which are understood. */
const { expression } = fc.letrec<{ expression: string; operand: string }>((tie) => ({
  operand: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'e' },
    fc.constantFrom(
      '.name',
      '.path',
      '.parts',
      '.labels',
      '.none',
      '.zero',
      '.count',
      '.yes',
      '.missing',
      '.list',
      '.',
      '$.share',
      '"a"',
      '"-"',
      '1',
      '-2',
      '2.5',
      'true',
      '.deep.a',
      '.labels.plain',
    ),
    tie('expression').map((one) => `(${one})`),
  ),
  expression: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'e' },
    tie('operand'),
    fc
      .tuple(
        fc.constantFrom(
          ...'lower upper trim title quote squote toString len first last rest initial reverse uniq sortAlpha toJson toRawJson toPrettyJson empty not keys int add1 floor b64enc kindOf'.split(
            ' ',
          ),
          ...'default ternary join trunc eq ne lt gt and or index printf add sub mul div mod max min append prepend has without hasPrefix contains trimSuffix trimAll split splitList indent repeat get hasKey pick omit dict list concat coalesce cat print all any deepEqual until slice dig merge compact'.split(
            ' ',
          ),
        ),
        fc.array(tie('operand'), { minLength: 0, maxLength: 3 }),
      )
      .map(([name, operands]) => [name, ...operands].join(' ')),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom('lower', 'len', 'join ","', 'default "x"', 'toJson', 'first', 'quote', 'trunc 3'),
      )
      .map((parts) => parts.join(' | ')),
  ),
}));

const { template } = fc.letrec<{ template: string }>((tie) => ({
  template: fc
    .array(
      fc.oneof(
        { maxDepth: 2 },
        fc.constantFrom(' a ', '\n', '-', '{{/* c */}}', '{{ $x = "y" }}', '{{ $x }}', '{{- . -}}'),
        expression.map((one) => `{{ ${one} }}`),
        expression.map((one) => `{{- $x = ${one} -}}`),
        fc
          .tuple(expression, tie('template'), tie('template'))
          .map(([one, a, b]) => `{{ if ${one} }}${a}{{ else }}${b}{{ end }}`),
        fc.tuple(expression, tie('template')).map(([one, a]) => `{{ with ${one} }}${a}{{ end }}`),
        fc
          .tuple(expression, tie('template'))
          .map(([one, a]) => `{{ range $i, $e := ${one} }}${a}{{ $i }}{{ $e }}{{ else }}none{{ end }}`),
      ),
      { minLength: 1, maxLength: 3 },
    )
    .map((parts) => parts.join('')),
}));

describeWithReference('templates of ApplicationSets', () => {
  it('give what they give in Go', () => {
    const templates = [...EXPRESSIONS.map((one) => `{{ ${one} }}`), ...TEMPLATES];
    const pair = (made: readonly (string | undefined)[]) => templates.map((one, index) => [one, made[index]]);
    const there = ask(templates);
    expect(there.map((made, index) => (made === undefined ? templates[index] : ''))).toEqual(
      there.map(() => ''),
    );
    expect(pair(templates.map((one) => fill(one)))).toEqual(pair(there));
  });

  it('give what they give in Go, or are refused, however they are put together', () => {
    let understood = 0;
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            template,
            expression.map((one) => `{{ ${one} }}`),
          ),
          { minLength: 100, maxLength: 100 },
        ),
        (bodies) => {
          const templates = bodies.map((body) => `{{ $x := 1 }}${body}`);
          for (const options of [[], ['missingkey=error']]) {
            const there = ask(templates, options);
            for (const [index, one] of templates.entries()) {
              const here = fill(one, options);
              // What Go refuses, no Application comes of.
              if (here === undefined || there[index] === undefined) continue;
              understood += 1;
              expect({ template: one, made: here }).toEqual({ template: one, made: there[index] });
            }
          }
        },
      ),
      { numRuns: 4 },
    );
    expect(understood).toBeGreaterThan(100);
  });

  it.each([
    '{{ .missing }}',
    '{{ .missing.deeper }}',
    '{{ range .name }}{{ end }}',
    '{{ if .yes }}',
    '{{ end }}',
    '{{ else }}',
    '{{ .name | unknown }}',
    '{{ lower }}',
    '{{ lower .count }}',
    '{{ join "," .labels }}',
    '{{ .name .name }}',
    '{{ printf "%d" .name }}',
    '{{ (lower .name }}',
    '{{ "a }}',
    '{{ }}',
    '{{ .a-b }}',
    '{{ $y }}',
    '{{ break }}',
    '{{ nil }}',
    '{{ eq .count 3 }}',
    '{{ lt .count 3 }}',
    '{{ eq .parts .parts }}',
    '{{ index .parts 9 }}',
    '{{ until .count }}',
    '{{ template "none" }}',
    '{{ set .labels "a" 1 }}',
    '{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}',
    '{{ div 1 0 }}',
    '{{ constructor }}',
    '{{ .constructor }}',
    '{{ toString .parts }}',
    '{{ randAlphaNum 5 }}',
    '{{ env "HOME" }}',
    '{{ now }}',
    '{{ range 2000000 }}{{ range 1000000 }}{{ end }}{{ end }}',
    '{{ .name.x }}',
    '{{ .name. }}',
    '{{ .. }}',
    '{{ "\\q" }}',
    '{{ 010 }}',
  ])('%s is not understood, and says so', (one) => {
    const run = () => fillGoTemplate(one, VALUES, { refusesMissing: false });
    expect(run).toThrow(TemplateProblem);
    expect(run).toThrow(/ in its template/);
  });

  it('say what a template fails with', () => {
    expect(() => fillGoTemplate('{{ fail "no region" }}', VALUES, { refusesMissing: false })).toThrow(
      'its template fails: no region',
    );
  });

  it('are refused with a field that is missing where a template says so', () => {
    expect(fill('{{ .a | default "x" }}')).toBe('x');
    expect(fill('{{ .a | default "x" }}', ['missingkey=error'])).toBeUndefined();
    expect(ask(['{{ .a | default "x" }}'], ['missingkey=error'])).toEqual([undefined]);
  });
});
