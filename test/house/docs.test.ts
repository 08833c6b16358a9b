import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../../synth/version.ts';

const root = packageRoot();
const pages = globSync(['*.md', 'docs/**/*.md'], { cwd: root }).sort();
const read = (page: string) => readFileSync(join(root, page), 'utf8');

describe('the documents', () => {
  test.each(pages)('%s links to files that exist', (page) => {
    const targets = [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(
      ([, target = '']) => target,
    );
    const missing = targets.filter((target) => {
      if (/^[a-z]+:/.test(target)) return false;
      const [file = '', anchor] = target.split('#');
      const path = file === '' ? page : join(dirname(page), file);
      if (!existsSync(join(root, path))) return true;
      return anchor !== undefined && !headings(read(path)).includes(anchor);
    });
    expect(missing).toEqual([]);
  });

  test.each(pages)('%s names npm scripts that exist', (page) => {
    const { scripts } = JSON.parse(read('package.json'));
    const named = [...read(page).matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  test('show TypeScript that the compiler accepts', () => {
    const samples = pages.flatMap((page) =>
      [...read(page).matchAll(/^```ts\n(.*?)^```$|`(import [^`]+ from [^`]+)`/gms)].map(
        ([, block, line], index) => ({
          name: `${page.replaceAll('/', '-')}-${index}.ts`,
          text: block ?? line ?? '',
        }),
      ),
    );
    expect(samples.map(({ name }) => name)).toContain('README.md-0.ts');
    expect(typeErrors(samples)).toBe('');
  });
});

/** What the compiler says about files that import `truekeel` as those of the examples do. */
function typeErrors(files: readonly { readonly name: string; readonly text: string }[]): string {
  mkdirSync(join(root, 'build'), { recursive: true });
  const directory = mkdtempSync(join(root, 'build', 'samples-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const { name, text } of files) writeFileSync(join(directory, name), text);
  const config = {
    extends: join(root, 'examples', 'tsconfig.json'),
    compilerOptions: { noUnusedLocals: false },
    files: files.map(({ name }) => name),
  };
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(config));
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout, stderr } = spawnSync(process.execPath, [compiler, '--project', directory], {
    encoding: 'utf8',
  });
  if (status !== 0 && stdout === '') return `the compiler did not run: ${stderr}`;
  // The compiler reads our own sources too, and these under the settings of another project.
  return stdout
    .split('\n')
    .filter((line) => !/^(?:lib|synth)\/|^ /.test(line))
    .join('\n');
}

/** As GitHub makes anchors of headings. */
function headings(markdown: string): readonly string[] {
  return [...withoutCode(markdown).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function withoutCode(markdown: string): string {
  return markdown.replace(/^```.*?^```$/gms, '');
}
