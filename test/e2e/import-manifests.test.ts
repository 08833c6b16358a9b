import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { emitYamlDocuments, type JsonValue } from '../../lib/objects/index.ts';
import { packageRoot } from '../../synth/version.ts';
import { scratch } from '../git/scratch.ts';
import { json } from '../import/schemas.ts';
import { project } from './clusters.ts';
import { withResult } from './workbench.ts';

const WEB = `# The front door.
#   It is open.
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app: web } }
spec:
  replicas: null
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web }, annotations: {} }
    spec:
      containers:
      - { name: web, image: nginx, args: [-a, "it's", '\`x\` \${y}'], ports: [{ containerPort: 80 }, { containerPort: 81 }] }
---
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: ConfigMap
  metadata: { name: settings }
  data:
    constructor: x
    "8080": "on"
    nginx.conf: |
      server {
        a \\ \`b\` \${c};
      }
- apiVersion: v1
  kind: Namespace
  metadata: { name: shop }
status: { ignored: true }
`;

const PROGRAM = `// Made of web.yaml by truekeel import yaml: the same objects.
import { ApiObject, JsonPatch } from 'cdk8s';
import { App, Application, Environment } from 'truekeel';

class Web extends Application {
  constructor(scope: Environment) {
    super(scope, 'web');

    // The front door.
    //   It is open.
    new ApiObject(this, 'deployment-web', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        name: 'web',
        labels: {
          app: 'web',
        },
        namespace: 'default',
      },
      spec: {
        selector: {
          matchLabels: {
            app: 'web',
          },
        },
        template: {
          metadata: {
            labels: {
              app: 'web',
            },
            annotations: {},
          },
          spec: {
            containers: [
              {
                name: 'web',
                image: 'nginx',
                args: ['-a', "it's", '\`x\` \${y}'],
                ports: [
                  {
                    containerPort: 80,
                  },
                  {
                    containerPort: 81,
                  },
                ],
              },
            ],
          },
        },
      },
    }).addJsonPatch(JsonPatch.add('/spec/replicas', null));

    new ApiObject(this, 'namespace-shop', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: 'shop',
      },
    });

    new ApiObject(this, 'configmap-settings', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'settings',
        namespace: 'default',
      },
      data: {
        '8080': 'on',
        'nginx.conf': \`server {
  a \\\\ \\\`b\\\` \\\${c};
}
\`,
      },
    }).addJsonPatch(JsonPatch.add('/data/constructor', 'x'));
  }
}

const app = new App();
const environment = new Environment(app, 'production');
new Web(environment);
app.synth();
`;

it('YAML becomes a program that reads well, with its comments, and renders the same objects', async () => {
  const p = project({ 'web.yaml': WEB });
  const outcome = await p.truekeel(['import', 'yaml', 'web.yaml', '-o', 'json']);
  expect(outcome.exit, outcome.stderr).toBe(0);
  expect(withResult('import', outcome).result).toMatchObject({
    what: 'yaml',
    out: join(p.directory, 'main.ts'),
    environments: ['production'],
    applications: [{ name: 'web', objects: 3 }],
    objects: 3,
    same: true,
    left: [],
  });
  expect(readFileSync(join(p.directory, 'main.ts'), 'utf8')).toBe(PROGRAM);
});

it('folders become applications, whose objects say which file they are from', async () => {
  const map = (name: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: shop }\n`;
  const p = project({
    'deploy/root.yaml': map('root'),
    'deploy/Data Base/a.yaml': `${map('a')}---\n${map('b')}`,
    'deploy/Data Base/b.yaml': map('c'),
    'deploy/web/x/y.json': JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', namespace: 'web' },
    }),
  });
  const flags = ['--by-folder', '--environment', 'staging', '--out', 'src/program.ts'];
  const outcome = await p.truekeel(['import', 'yaml', 'deploy', ...flags, '-o', 'json']);
  expect(outcome.exit, outcome.stderr).toBe(0);
  expect(withResult('import', outcome).result).toMatchObject({
    environments: ['staging'],
    applications: [
      { name: 'data-base', objects: 3 },
      { name: 'deploy', objects: 1 },
      { name: 'web-x', objects: 1 },
    ],
  });
  const program = readFileSync(join(p.directory, 'src/program.ts'), 'utf8');
  expect(program.match(/class \w+|\/\/ deploy.*|'configmap-\w+'/g)).toEqual([
    ...['class DataBase', '// deploy/Data Base/a.yaml', "'configmap-a'", "'configmap-b'"],
    ...[
      '// deploy/Data Base/b.yaml',
      "'configmap-c'",
      'class Deploy',
      "'configmap-root'",
      'class WebX',
      "'configmap-a'",
    ],
  ]);
  const named = await p.truekeel(['import', 'yaml', 'deploy', '--application', 'shop', '--out', 'one.ts']);
  expect([named.exit, named.stdout]).toEqual([
    0,
    expect.stringMatching(/^ {2}shop {2}5 objects\n5 objects in .*one\.ts/),
  ]);
});

it('any objects that JSON can hold are rendered the same', async () => {
  const objects = fc.sample(fc.tuple(json, json), { numRuns: 300, seed: 11 }).map(
    ([spec, data], index): JsonValue => ({
      apiVersion: 'example.com/v1',
      kind: 'Anything',
      metadata: { name: `a${index}`, namespace: index % 3 === 0 ? 'x' : 'y' },
      spec,
      text: [
        'a\nb',
        'a \nb',
        '`$' + '{x}`\n\\',
        '\u2028',
        '\ta\n\tb\n',
        'it\'s "so"',
        '',
        '\n',
        'x'.repeat(300),
      ][index % 9]!,
      data,
    }),
  );
  const p = project({ 'all.yaml': emitYamlDocuments(objects) });
  const outcome = await p.truekeel(['import', 'yaml', 'all.yaml']);
  expect(outcome.exit, outcome.stderr.slice(0, 2000)).toBe(0);
  expect(outcome.stdout).toContain('300 objects in');
  writeFileSync(
    join(p.directory, 'tsconfig.json'),
    JSON.stringify({
      extends: join(packageRoot(), 'examples', 'tsconfig.json'),
      include: [],
      files: ['main.ts'],
    }),
  );
  const compiler = join(packageRoot(), 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout } = spawnSync(process.execPath, [compiler, '--noEmit', '-p', p.directory], {
    encoding: 'utf8',
  });
  expect(stdout.split('\n').filter((line) => line.startsWith('main.ts'))).toEqual([]);
});

it('what may not be in a program is refused, all of it at once, and nothing is written', async () => {
  const secret =
    'apiVersion: v1\nkind: Secret\nmetadata: { name: s, namespace: x }\nstringData: { password: hunter2 }\n';
  const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: m, namespace: x }\n';
  const cases: readonly (readonly [Record<string, string>, readonly string[], number])[] = [
    [
      { 'in/a.yaml': secret, 'in/b.yaml': `${secret.replace('name: s', 'name: t')}` },
      ['PLAIN_SECRET', 'Secret x/t'],
      4,
    ],
    [{ 'in/a.yaml': map, 'in/b.yaml': map }, ['DUPLICATE_KEY', 'a.yaml:1', 'b.yaml:1'], 4],
    [{ 'in/a.yaml': 'a: [', 'in/b.yaml': 'b: 1\nb: 2' }, ['INVALID_YAML', 'in/a.yaml', 'in/b.yaml'], 4],
    [{ 'in/a.yaml': 'kind: ConfigMap\n' }, ['INVALID_OBJECT'], 4],
    [{ 'in/a.yaml': `${map}data: { __proto__: x }\n` }, ['INVALID_OBJECT', '__proto__'], 4],
    [{ 'in/a.yaml': map, 'main.ts': 'mine' }, ['FILE_EXISTS'], 3],
    [{}, ['NO_MANIFESTS'], 3],
  ];
  for (const [files, texts, exit] of cases) {
    const p = project(files);
    const outcome = await p.truekeel(['import', 'yaml', 'in']);
    expect([outcome.exit, outcome.stderr]).toEqual([exit, expect.stringContaining(texts[0]!)]);
    for (const text of texts) expect(outcome.stderr).toContain(text);
    expect(outcome.stderr).not.toContain('hunter2');
    const main = join(p.directory, 'main.ts');
    expect(existsSync(main) && readFileSync(main, 'utf8')).toBe(files['main.ts'] ?? false);
  }
});

it('a program that cannot be run, since nothing is installed, is not left behind', async () => {
  const p = project({ 'a.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: m }\n' });
  const elsewhere = scratch();
  const outcome = await p.truekeel(['import', 'yaml', 'a.yaml', '--out', join(elsewhere, 'main.ts')]);
  expect(outcome.exit).toBe(3);
  expect(outcome.stderr).toContain('PROGRAM_FAILED');
  expect(existsSync(join(elsewhere, 'main.ts'))).toBe(false);
});

it('what a program of many kinds renders becomes a program that renders it again', async () => {
  const p = project();
  const shop = join(packageRoot(), 'examples', 'shop', 'main.ts');
  const synth = await p.truekeel(['synth', '--app', shop, '--out', 'dist', '--no-typecheck']);
  expect(synth.exit, synth.stderr).toBe(0);
  const outcome = await p.truekeel(['import', 'yaml', 'dist/production', '--by-folder']);
  expect(outcome.exit, outcome.stderr).toBe(0);
  const again = await p.truekeel(['synth', '--out', 'again']);
  expect(again.exit, again.stderr).toBe(0);
  const documents = (directory: string) =>
    globSync('**/*.yaml', { cwd: join(p.directory, directory) })
      .flatMap((file) => readFileSync(join(p.directory, directory, file), 'utf8').split('---\n'))
      .sort();
  expect(documents('again/production').length).toBeGreaterThan(20);
  expect(documents('again/production')).toEqual(documents('dist/production'));
});
