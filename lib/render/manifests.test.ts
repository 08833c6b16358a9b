import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { formatKey, TruekeelError, TruekeelErrors } from '../objects/index.ts';
import { readManifests } from './index.ts';

function folder(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'truekeel-manifests-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const config = (name: string, more = '') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}`;
const read = (path: string, options = {}) => readManifests(path, { application: 'app', ...options });

async function errorsOf(files: Readonly<Record<string, string>>): Promise<readonly TruekeelError[]> {
  const error: unknown = await read(folder(files)).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof TruekeelErrors) return error.errors;
  if (error instanceof TruekeelError) return [error];
  throw new Error('it was read', { cause: error });
}

describe('readManifests', () => {
  it('reads a folder of YAML and JSON that others made', async () => {
    const root = folder({
      'b.yml': `# a comment\n${config('one')}---\n${config('two')}`,
      'a/list.yaml': `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Namespace, metadata: {name: shop, namespace: ignored}}\n`,
      'a/secret.json': JSON.stringify({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 's', namespace: 'shop' },
        stringData: { a: 'b' },
      }),
      'kustomization.yaml': 'resources: [b.yml]\n',
      'README.md': 'no manifest',
      '.hidden.yaml': ':',
      'empty.yaml': '# nothing\n',
      'node_modules/x.yaml': ':',
    });
    const { name, objects } = await read(root);
    expect(name).toBe('app');
    expect(objects.map(({ key, source }) => [formatKey(key), source])).toEqual([
      ['Namespace shop', { file: 'a/list.yaml', line: 1, column: 1 }],
      ['ConfigMap default/one', { file: 'b.yml', line: 2, column: 1 }],
      ['ConfigMap default/two', { file: 'b.yml', line: 7, column: 1 }],
      ['Secret shop/s', { file: 'a/secret.json', line: 1, column: 1 }],
    ]);
    expect(objects[1]?.path).toBe('app/default/ConfigMap/one.yaml');
  });

  it('reads a single file, and names it as asked', async () => {
    const root = folder({ 'deploy/a.yaml': config('one') });
    const { objects } = await read(join(root, 'deploy/a.yaml'), { root, namespace: 'web' });
    expect(objects[0]).toMatchObject({
      key: { namespace: 'web' },
      source: { file: 'deploy/a.yaml', line: 1 },
    });
  });

  it('leaves out what only the server may set', async () => {
    const root = folder({
      'a.yaml': config(
        'one',
        '  uid: "1"\n  resourceVersion: "2"\n  creationTimestamp: "2020-01-01T00:00:00Z"\nstatus: {phase: Active}\ndata: {a: b}\n',
      ),
    });
    expect((await read(root)).objects[0]?.object).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'one', namespace: 'default' },
      data: { a: 'b' },
    });
  });

  it('tells of every wrong file at once', async () => {
    const errors = await errorsOf({ 'a.yaml': 'a: [', 'b.yaml': config('one'), 'c.yaml': 'a: 1\na: 2\n' });
    expect(errors.map(({ code, source }) => [code, source?.file])).toEqual([
      ['INVALID_YAML', 'a.yaml'],
      ['INVALID_YAML', 'c.yaml'],
    ]);
  });

  it('tells of documents that are no objects, and of keys that are there twice, naming both places', async () => {
    const errors = await errorsOf({
      'a.yaml': `${config('one')}---\nkind: ConfigMap\n---\n- 1\n---\njust text\n`,
      'b.yaml': config('one'),
    });
    expect(errors.map(({ code, message, source }) => [code, message, source?.line])).toEqual([
      ['INVALID_OBJECT', 'a document is no Kubernetes object: it has no apiVersion', 6],
      ['INVALID_OBJECT', 'a document is no Kubernetes object: it is not a map', 8],
      ['INVALID_OBJECT', 'a document is no Kubernetes object: it is not a map', 10],
      ['DUPLICATE_KEY', 'ConfigMap default/one is made twice: by a.yaml:1 and by b.yaml:1', 1],
    ]);
  });

  it.each([[{ 'README.md': '' }], [{}]])('refuses a folder without manifests', async (files) => {
    expect(await errorsOf(files)).toEqual([
      expect.objectContaining({ code: 'NO_MANIFESTS', family: 'usage' }),
    ]);
  });

  it('refuses a path that is not there', async () => {
    await expect(read('/nonexistent/x')).rejects.toMatchObject({ code: 'NO_MANIFESTS' });
  });

  it('reads the same as python reads, where python has YAML', async (context) => {
    const text =
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, namespace: a}\ndata:\n  a: |\n    x\n     y\n\n  b: >-\n    folded\n    text\n  c: \"q\\tq\"\n  d: 'it''s'\n";
    let python: unknown;
    try {
      python = JSON.parse(
        execFileSync(
          'python3',
          ['-c', 'import sys,json,yaml; print(json.dumps(yaml.safe_load(sys.stdin)))'],
          { input: text, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] },
        ),
      );
    } catch {
      context.skip('python3 with PyYAML is not installed');
    }
    expect((await read(folder({ 'a.yaml': text }))).objects[0]?.object).toEqual(python);
  });
});
