/** Functions of templates of ApplicationSets, against Helm, whose templates have the same ones. */
import { expect, it } from 'vitest';
import { fillGoTemplate, TemplateProblem } from '../../lib/import/index.ts';
import { chartFiles, describeWithHelm, folder, template } from './charts.ts';

const VALUES = {
  name: 'Shop-Web',
  path: '  apps/shop/web ',
  parts: ['apps', 'shop', 'web'],
  labels: { 'example.com/region': 'eu', plain: 'x' },
  none: '',
  zero: 0,
  count: 3,
  share: 1.5,
  yes: true,
  no: false,
  empty: [],
  dots: '--a-b--',
};

const EXPRESSIONS = [
  '.Values.name',
  '.Values.name | lower',
  'lower .Values.name | upper',
  'trim .Values.path | replace "/" "-"',
  '.Values.path | trim | splitList "/" | last',
  'first .Values.parts',
  'join "," .Values.parts',
  '.Values.parts | join "-" | trunc 6 | trimSuffix "-"',
  'trunc -3 .Values.name',
  'trunc 100 .Values.name',
  'index .Values.labels "example.com/region"',
  'index .Values.parts 1 | printf "%s-%s" .Values.name',
  'printf "%v/%v/%v" .Values.count .Values.yes .Values.name',
  'printf "100%%"',
  '.Values.none | default "other"',
  '.Values.missing | default "other"',
  'default "other" .Values.name',
  'default "other" .Values.zero',
  'default "other" .Values.empty',
  'coalesce .Values.none .Values.missing .Values.name',
  'empty .Values.no',
  'empty .Values.labels',
  'ternary "a" "b" .Values.yes',
  '.Values.no | ternary "a" "b"',
  'ternary "a" "b" (eq .Values.name "Shop-Web")',
  'eq .Values.count 3.0 | not',
  'ne .Values.name "x"',
  'hasPrefix "Shop" .Values.name',
  'hasSuffix "Web" .Values.name',
  'contains "p-W" .Values.name',
  'trimPrefix "Shop-" .Values.name',
  'trimAll "-" .Values.dots',
  'trimSuffix "" .Values.name',
  'nospace .Values.path',
  'b64enc .Values.name',
  'sha256sum .Values.name | trunc 8',
  'toString .Values.count | printf "%s!"',
  '.Values.share',
  'list "a" "b" | join "+"',
  '`raw "text"`',
  '"quoted \\"text\\""',
  '(index .Values.parts 0)',
  'lower (printf "%s.%s" (first .Values.parts) .Values.name)',
];

await describeWithHelm('functions of templates', (helm) => {
  it('give what they give in Helm', () => {
    const data = EXPRESSIONS.map((one, index) => `  e${index}: {{ printf "%v" (${one}) | toJson }}\n`).join(
      '',
    );
    const around = '  trimmed: "a {{- " b " -}} c"\n';
    const root = folder(
      chartFiles('made', {
        'map.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\ndata:\n${data}${around}`,
      }),
    );
    const [made] = template(helm, root, 'made', ['-f', '-'], JSON.stringify(VALUES));
    const there = (made as unknown as { data: Record<string, string> }).data; // as the template makes it
    const options = { refusesMissing: false };
    const parameters = { Values: VALUES };
    const here = EXPRESSIONS.map((one) => fillGoTemplate(`{{ ${one} }}`, parameters, options));
    expect(here).toEqual(EXPRESSIONS.map((_, index) => there[`e${index}`]));
    expect(fillGoTemplate('a {{- " b " -}} c', parameters, options)).toBe(there.trimmed);
  });

  it.each([
    '.Values.missing',
    '.Values.missing.deeper',
    'range .Values.parts',
    'if .Values.yes',
    '.Values.name | unknown',
    'lower',
    'lower .Values.count',
    'join "," .Values.name',
    '.Values.name .Values.name',
    'printf "%d" .Values.name',
    '.Values.parts',
    '(lower .Values.name',
    '"a',
    '',
  ])('%j is not understood, and says so', (expression) => {
    const fill = () => fillGoTemplate(`{{ ${expression} }}`, { Values: VALUES }, { refusesMissing: false });
    expect(fill).toThrow(TemplateProblem);
    expect(fill).toThrow('in its template is not understood');
  });

  it('refuses what is missing where a template says so', () => {
    const fill = (refusesMissing: boolean) =>
      fillGoTemplate('{{ .a | default "x" }}', {}, { refusesMissing });
    expect(fill(false)).toBe('x');
    expect(() => fill(true)).toThrow(TemplateProblem);
  });
});
