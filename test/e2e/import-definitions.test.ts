import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { onBothClusters, project, unique } from './clusters.ts';
import { withResult } from './workbench.ts';

const definition = (group: string, kind = 'Widget') => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: ${kind.toLowerCase()}s.${group} }
spec:
  group: ${group}
  scope: Namespaced
  names: { kind: ${kind}, plural: ${kind.toLowerCase()}s }
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [size]
            properties:
              size: { type: integer, maximum: 3 }
              default: { type: string, nullable: true }
`;

const program = (spec: string) => `import { App, Application, Environment } from 'truekeel';
import { Widget } from './imports/example.com.ts';

const app = new App();
const web = new Application(new Environment(app, 'staging'), 'web', { namespace: 'web' });
new Widget(web, 'w', { spec: ${spec} } as never);
app.synth();
`;

it('constructs of definitions in a folder are written and can be used at once', async () => {
  const p = project({
    'crds/a.yaml': definition('example.com'),
    'crds/nested/b.yml': `${definition('example.com', 'Gadget')}---\nkind: Other\n`,
    'main.ts': program('{ size: 3, defaultValue: null }'),
  });
  const outcome = await p.truekeel(['import', 'crd', 'crds', '-o', 'json']);
  expect(outcome.exit, outcome.stderr).toBe(0);
  expect(withResult('import', outcome).result).toMatchObject({
    what: 'crd',
    language: 'typescript',
    out: join(p.directory, 'imports'),
    definitions: 2,
    files: [{ path: 'example.com.ts', group: 'example.com', constructs: ['Gadget', 'Widget'] }],
    errors: [],
  });
  const synth = await p.truekeel(['synth', '--out', 'dist', '--no-typecheck']);
  expect(synth.exit, synth.stderr).toBe(0);
  expect(readFileSync(join(p.directory, 'dist/staging/web.yaml'), 'utf8')).toBe(
    'apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: w\n  namespace: web\nspec:\n  default: null\n  size: 3\n',
  );
});

it('a value that the schema refuses is told with the construct, the field and the line of the program', async () => {
  const p = project({ 'crd.yaml': definition('example.com'), 'main.ts': program('{ size: 4, sizes: 1 }') });
  expect((await p.truekeel(['import', 'crd', 'crd.yaml'])).exit).toBe(0);
  const { exit, stderr } = await p.truekeel(['synth', '--out', 'dist', '--no-typecheck']);
  expect(exit).toBe(4);
  expect(
    stderr,
  ).toContain(`error main.ts:6:1: Widget staging/web/w: spec.size must be at most 3, not 4  INVALID_FIELD
  spec.sizes is no field of the kind; did you mean size?
  construct  staging/web/w
  written    main.ts:6:1
`);
});

it('the place of an object is in the program, not in the generated file', async () => {
  const p = project({ 'crd.yaml': definition('example.com') });
  expect((await p.truekeel(['import', 'crd', 'crd.yaml'])).exit).toBe(0);
  p.commit('Widget', { 'main.ts': program('{ size: 1 }') });
  const { exit, stderr } = await p.truekeel(['render', '--environment', 'staging', '--no-typecheck']);
  expect(exit, stderr).toBe(0);
  const { objects } = JSON.parse(p.git('show', 'rendered/staging:web/application.json'));
  expect(objects).toMatchObject([{ source: { file: 'main.ts', line: 6 } }]);
});

it('a broken definition is told with its line, and the others are written', async () => {
  const p = project({
    'crds/bad.yaml': definition('example.com', 'Broken').replace('type: integer', 'type: int'),
    'crds/good.yaml': definition('example.com'),
    'crds/text.yaml': 'a: [',
  });
  const outcome = await p.truekeel(['import', 'crd', 'crds', '--out', 'lib', '-o', 'json']);
  expect(outcome.exit).toBe(4);
  const { result } = withResult('import', outcome);
  expect(result).toMatchObject({ definitions: 1, files: [{ constructs: ['Widget'] }] });
  expect(result).toMatchObject({
    errors: [
      { code: 'INVALID_DEFINITION', source: { file: 'crds/bad.yaml', line: 20 }, hint: expect.any(String) },
      { code: 'INVALID_YAML', source: { file: 'crds/text.yaml', line: 1 }, hint: expect.any(String) },
    ],
  });
  expect(outcome.stderr).toContain('has the type "int", which there is not');
  expect(readdirSync(join(p.directory, 'lib'))).toEqual(['example.com.ts']);
});

it('what it is not to do, it says, and writes nothing', async () => {
  const p = project({ 'empty/a.yaml': 'kind: Other\n', 'crd.yaml': definition('example.com') });
  p.write({
    'mine/example.com.ts': 'export {};\n',
    'mine/example_com/__init__.py': 'pass\n',
    'alike/crds.yaml': `${definition('a-b.example.com')}---\n${definition('a.b-example.com')}`,
  });
  const cases: readonly (readonly [string[], string])[] = [
    [['crd'], 'INVALID_FLAG'],
    [['crd', 'crd.yaml', '--cluster'], 'INVALID_FLAG'],
    [['everything', 'crd.yaml'], 'INVALID_FLAG'],
    [['crd', 'empty'], 'NO_DEFINITIONS'],
    [['crd', 'nowhere'], 'NO_MANIFESTS'],
    [['crd', 'crd.yaml', '--out', 'mine'], 'FILE_EXISTS'],
    [['crd', 'crd.yaml', '--language', 'cobol'], 'INVALID_FLAG'],
    [['crd', 'crd.yaml', '--language', 'java', '--out', 'imports'], 'INVALID_FLAG'],
    [['crd', 'crd.yaml', '--language', 'go'], 'INVALID_FLAG'],
    [['crd', 'crd.yaml', '--language', 'python', '--out', 'mine'], 'FILE_EXISTS'],
    [['crd', 'alike', '--language', 'python'], 'FILE_EXISTS'],
  ];
  for (const [args, code] of cases) {
    const { exit, stderr } = await p.truekeel(['import', ...args]);
    expect([exit, stderr]).toEqual([3, expect.stringContaining(code)]);
  }
  expect(existsSync(join(p.directory, 'imports'))).toBe(false);
  expect(readFileSync(join(p.directory, 'mine/example.com.ts'), 'utf8')).toBe('export {};\n');
});

it('constructs that cannot be packaged leave what is there as it is', async () => {
  const p = project({ 'crd.yaml': definition('example.com') });
  p.write({ 'imports/example_com/__init__.py': 'pass\n', 'imports/example_com/_jsii/__init__.py': 'pass\n' });
  const env = { ...process.env, PATH: '' }; // Without npm, which packs.
  const outcome = await p.truekeel(['import', 'crd', 'crd.yaml', '--language', 'python'], { env });
  expect([outcome.exit, outcome.stderr]).toEqual([3, expect.stringContaining('JSII_FAILED')]);
  expect(readFileSync(join(p.directory, 'imports/example_com/__init__.py'), 'utf8')).toBe('pass\n');
});

onBothClusters('the definitions of a cluster', (cluster) => {
  it('give the same constructs as their files', async () => {
    const group = `${unique()}.example.com`;
    const p = project({ 'crd.yaml': definition(group) });
    const target = [
      '--files',
      'crd.yaml',
      '--application',
      unique('app'),
      '--kubeconfig',
      cluster().kubeconfig,
    ];
    const applied = await p.truekeel(['apply', ...target, '--yes']);
    expect(applied.exit, applied.stderr).toBe(0);
    expect((await p.truekeel(['import', 'crd', 'crd.yaml', '--out', 'a'])).exit).toBe(0);
    const live = await p.truekeel([
      'import',
      'crd',
      '--cluster',
      '--kubeconfig',
      cluster().kubeconfig,
      '--out',
      'b',
    ]);
    expect(live.exit, live.stderr).toBe(0);
    const [fromFile, fromCluster] = ['a', 'b'].map((out) =>
      readFileSync(join(p.directory, out, `${group}.ts`), 'utf8'),
    );
    expect(fromCluster).toBe(fromFile);
  });
});
