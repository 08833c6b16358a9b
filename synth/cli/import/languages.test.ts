import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LANGUAGES } from './languages.ts';

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'truekeel-languages-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const GROUP = 'cert_manager_io';

describe('a package', () => {
  it('of Python is a folder, wherever it is', () => {
    const { targetOf, directoriesOf } = LANGUAGES.python.place(join(directory, 'imports'));
    expect(targetOf(GROUP)).toEqual({ distName: GROUP, module: GROUP });
    expect(directoriesOf(GROUP)).toMatchObject([
      { from: 'python/src/cert_manager_io', to: join(directory, 'imports/cert_manager_io') },
    ]);
  });

  it('of Java is called after its folder below src/main/java, and has resources beside it', () => {
    const { targetOf, directoriesOf } = LANGUAGES.java.place(
      join(directory, 'src/main/java/com/example/imports'),
    );
    expect(targetOf(GROUP)).toMatchObject({ package: 'com.example.imports.cert_manager_io' });
    const path = 'com/example/imports/cert_manager_io';
    expect(directoriesOf(GROUP)).toMatchObject([
      { from: `java/src/main/java/${path}`, to: join(directory, 'src/main/java', path) },
      { from: `java/src/main/resources/${path}`, to: join(directory, 'src/main/resources', path) },
    ]);
  });

  it.each(['imports', 'src/main/java', 'src/main/java/my-imports'])('of Java cannot be in %s', (out) => {
    expect(() => LANGUAGES.java.place(join(directory, out))).toThrow(
      expect.objectContaining({
        code: 'INVALID_FLAG',
        hint: expect.stringContaining('src/main/java/com/example'),
      }),
    );
  });

  it.each([
    ['module example.com/greeter\n\ngo 1.25\n', 'example.com/greeter/deploy/imports'],
    ['// A comment.\nmodule "example.com/greeter" // and another\n', 'example.com/greeter/deploy/imports'],
  ])('of Go is in the module that it is below: %j', (text, moduleName) => {
    mkdirSync(join(directory, 'module/deploy'), { recursive: true });
    writeFileSync(join(directory, 'module/go.mod'), text);
    const { targetOf, directoriesOf } = LANGUAGES.go.place(join(directory, 'module/deploy/imports'));
    expect(targetOf(GROUP)).toEqual({ moduleName, packageName: 'certmanagerio' });
    expect(directoriesOf(GROUP)).toMatchObject([
      { from: 'go/certmanagerio', to: join(directory, 'module/deploy/imports/certmanagerio') },
    ]);
  });

  it('of Go cannot be in no module', () => {
    expect(() => LANGUAGES.go.place(join(directory, 'imports'))).toThrow(
      expect.objectContaining({ code: 'INVALID_FLAG', hint: expect.stringContaining('go mod init') }),
    );
  });
});
