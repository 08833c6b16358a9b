import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { programFiles } from './program-files.ts';
import { parseSource } from './program-source.ts';

function repository(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'truekeel-program-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  for (const [path, text] of Object.entries({ 'outside.ts': 'export const outside = 1;', ...files })) {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return directory;
}

const paths = (root: string, entry = 'app/main.ts') => programFiles(root, entry).map(({ path }) => path);

describe('the files of a program', () => {
  it('are its entry, what that imports, and data that it names', () => {
    const root = repository({
      'app/main.ts':
        "import { a } from './parts/a.ts'; import type { B } from './b.ts'; await import('../shared/c.mjs'); read('./values.json'); read('data/from-root.json');",
      'app/parts/a.ts': "import '../main.ts'; export const a: number = 1;",
      'app/b.ts': 'export interface B { readonly b: string }',
      'app/values.json': '{"replicas": 3}',
      'app/unused.ts': '',
      'shared/c.mjs': '',
      'data/from-root.json': '[1]',
    });
    expect(paths(root)).toEqual([
      'app/main.ts',
      'app/parts/a.ts',
      'shared/c.mjs',
      'app/values.json',
      'data/from-root.json',
    ]);
  });

  it('are never outside of the repository, behind a link, or what tools write', () => {
    const root = join(
      repository({
        'repository/main.ts':
          "import '../outside.ts'; import './link.ts'; import './folder/outside.ts'; read('images.lock.json', 'package.json', 'node_modules/x/x.js', '/etc/passwd.json', './binary.ts');",
        'repository/images.lock.json': '{}',
        'repository/package.json': '{}',
        'repository/node_modules/x/x.js': '',
      }),
      'repository',
    );
    symlinkSync('../outside.ts', join(root, 'link.ts'));
    symlinkSync('..', join(root, 'folder'));
    writeFileSync(join(root, 'binary.ts'), Buffer.from([0xff, 0xfe, 0x00]));
    expect(paths(root, 'main.ts')).toEqual(['main.ts']);
    expect(programFiles(root, '../outside.ts')).toEqual([]);
  });

  it('are those that Node would run', () => {
    expect(parseSource('main.ts', 'enum Size { SMALL }')).toBeUndefined();
    expect(parseSource('main.ts', 'const = 1')).toBeUndefined();
    expect(parseSource('values.json', '{')).toBeUndefined();
    expect(parseSource('main.cjs', 'return 1')?.path).toBe('main.cjs');
  });

  it('have every node where it stands in what people wrote, whatever types stand before it', () => {
    const text = "const a: 'é😀' | Array<\n  '中'\n> = 'x' as any; const b = { c: 7 satisfies number };";
    const source = parseSource('main.ts', text)!;
    const literals = source.places.flatMap(({ node }) =>
      node.type === 'Literal' ? [text.slice(node.start, node.end)] : [],
    );
    expect(literals).toEqual(["'x'", '7']);
  });
});
