/** The generated text itself: types that the strictest compiler takes, the form of the formatter, the same bytes. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateConstructs, readDefinitions } from '../../lib/import/index.ts';
import { packageRoot } from '../../synth/version.ts';
import { objects } from './schemas.ts';

const SAMPLE = readFileSync(join(import.meta.dirname, 'testdata', 'definitions.yaml'), 'utf8');

const root = packageRoot();
let directory: string;

beforeAll(() => {
  mkdirSync(join(root, 'build'), { recursive: true });
  directory = mkdtempSync(join(root, 'build', 'generated-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const generate = (text: string) => {
  const { definitions, errors } = readDefinitions([{ file: 'sample.yaml', text }]);
  expect(errors).toEqual([]);
  return generateConstructs(definitions);
};

function tool(name: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'node_modules', name), ...args],
    {
      cwd: directory,
      encoding: 'utf8',
    },
  );
  return status === 0 ? '' : stdout + stderr;
}

const typeErrors = (...files: readonly string[]) => {
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { noUnusedParameters: true },
    include: [],
    files,
  };
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(config));
  return tool('typescript/bin/tsc', '--project', '.');
};

describe('generated constructs', () => {
  it('have strict types, run with their types stripped, and are formatted', () => {
    const files = generate(SAMPLE);
    expect(files.map(({ path, constructs }) => [path, constructs])).toEqual([
      ['example.com.ts', ['ObjectResource', 'Widget', 'WidgetV1Beta1']],
      ['other.example.com.ts', ['Widget']],
    ]);
    for (const { path, text } of files) {
      writeFileSync(join(directory, path), text);
      expect(() => stripTypeScriptTypes(text)).not.toThrow();
    }
    writeFileSync(
      join(directory, 'program.ts'),
      `import { App, Chart } from 'cdk8s';
import { ObjectResource, Widget, WidgetV1Beta1, type WidgetSpec } from './example.com.ts';

const chart = new Chart(new App(), 'chart');
const spec: WidgetSpec = {
  size: 3,
  mode: 'fast',
  port: 'http',
  ports: [{ port: 80 }],
  labels: { a: 'b' },
  anything: [{ a: 1 }],
  maybe: null,
  template: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec: { a: 1 } },
};
new Widget(chart, 'a', { metadata: { name: 'a' }, spec });
new WidgetV1Beta1(chart, 'b', {});
new ObjectResource(chart, 'c', { spec: { defaultValue: 'x', classValue: 'y', ref: 'z', aB: 1, constructorValue: true } });
// @ts-expect-error the mode is none of the enum
new Widget(chart, 'd', { spec: { size: 3, mode: 'slow' } });
// @ts-expect-error there is no such field
new Widget(chart, 'e', { spec: { size: 3, siez: 3 } });
// @ts-expect-error the size is missing
new Widget(chart, 'f', { spec: {} });
`,
    );
    expect(typeErrors('program.ts')).toBe('');
    const config = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
    const { $schema: _, files: __, ...settings } = config;
    writeFileSync(join(directory, 'biome.json'), JSON.stringify({ root: true, ...settings }));
    expect(tool('@biomejs/biome/bin/biome', 'format', ...files.map(({ path }) => path))).toBe('');
  });

  it('say in their documentation what values have to be', () => {
    const [file] = generate(SAMPLE);
    const widget = file!.text.slice(file!.text.indexOf('export interface WidgetSpec '));
    const documentation = (property: string) =>
      new RegExp(`/\\*\\*((?:(?!/\\*\\*)[^])*?)\\*/\\n  readonly ${property}\\??:`)
        .exec(widget)?.[1]
        ?.replace(/^ *\* ?/gm, '')
        .trim();
    expect(documentation('size')).toBe(
      'How large it is. \\@see the manual *\\/ there\n\nFormat: int32.\nAt least 1.\nAt most 10.',
    );
    expect(documentation('mode')).toBe('@default fast');
    expect(documentation('name')).toBe(
      '1 to 5 characters.\nPattern: `^[a-z]+$`.\nChecked by the server: must not change',
    );
    expect(documentation('ports')).toBe('At most 3 items.\nNo two items have the same port.');
    expect(documentation('pattern')).toBe('Pattern: `(?i)abc` (checked by the server only).');
  });

  it('are the same bytes for the same definitions, in whatever order they come', () => {
    const documents = SAMPLE.split('---\n');
    expect(documents.length).toBeGreaterThan(2);
    expect(generate(documents.toReversed().join('---\n'))).toEqual(generate(SAMPLE));
  });

  it('have strict types whatever the schema', () => {
    const schemas = fc.sample(objects(4), { numRuns: 60, seed: 7 }).map(({ schema }) => schema);
    const documents = schemas.map((spec, index) => ({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `kind${index}s.example.com` },
      spec: {
        group: 'random.example.com',
        scope: 'Cluster',
        names: { kind: `Kind${index}`, plural: `kind${index}s` },
        versions: [
          { name: 'v1', served: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec } } } },
        ],
      },
    }));
    const [file] = generate(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: documents }));
    writeFileSync(join(directory, file!.path), file!.text);
    expect(file!.constructs).toHaveLength(60);
    expect(typeErrors(file!.path)).toBe('');
  });
});
