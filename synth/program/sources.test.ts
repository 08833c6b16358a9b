import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SourceCache } from './source-cache.ts';
import { strippedSources } from './sources.ts';

function files(texts: Readonly<Record<string, string>>) {
  const directory = mkdtempSync(join(tmpdir(), 'truekeel-sources-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(directory, name), text);
  const url = (name: string) => pathToFileURL(join(directory, name)).href;
  const env = { XDG_CACHE_HOME: join(directory, 'cache') };
  const names = (sources: object) => Object.keys(sources).map((one) => one.slice(url('').length + 1));
  return { directory, url, env, names };
}

describe('the sources of a program', () => {
  it('are the files that it imports for their values, without types', () => {
    const { url, env, names } = files({
      'main.ts': "import { a } from './a.ts';\nimport type { T } from './t.ts';\nconst x: T = a;\n",
      'a.ts': "export { b as a } from './b.ts';\n",
      'b.ts': "import './a.ts';\nexport const b: number = 1;\n",
      't.ts': 'export type T = number;\n',
    });
    const sources = strippedSources([url('main.ts')], {}, new SourceCache(env));
    expect(names(sources)).toEqual(['main.ts', 'a.ts', 'b.ts']);
    expect(sources[url('b.ts')]).toBe("import './a.ts';\nexport const b         = 1;\n");
  });

  it('leave out what Node has to complain about', () => {
    const { url, env } = files({ 'main.ts': 'enum Colour { Red }\n' });
    expect(strippedSources([url('main.ts'), url('missing.ts')], {}, new SourceCache(env))).toEqual({});
  });

  it('are remembered by content in one file, which holds the last ones only', () => {
    const { directory, url, env } = files({ 'one.ts': 'const a: 1 = 1;\n', 'two.ts': 'const b: 2 = 2;\n' });
    strippedSources([url('one.ts')], {}, new SourceCache(env));
    const two = strippedSources([url('two.ts')], {}, new SourceCache(env));
    expect(readdirSync(join(directory, 'cache/truekeel/stripped'))).toHaveLength(1);
    expect(strippedSources([url('two.ts')], {}, new SourceCache(env))).toEqual(two);
    writeFileSync(join(directory, 'two.ts'), 'const c: 3 = 3;\n');
    expect(strippedSources([url('two.ts')], {}, new SourceCache(env))[url('two.ts')]).toBe(
      'const c    = 3;\n',
    );
  });
});
