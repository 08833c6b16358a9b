import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { digestOf } from '../objects/index.ts';
import { markEnvironment, renderTree, writeFiles } from './index.ts';

function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), 'truekeel-files-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function rendered(environments: Readonly<Record<string, readonly string[]>>) {
  const app = new App();
  for (const [name, charts] of Object.entries(environments)) {
    const scope = name === 'default' ? app : new Construct(app, name);
    if (scope !== app) markEnvironment(scope, { name, cluster: {}, promotesFrom: [] });
    for (const id of charts) {
      const chart = new Chart(scope, id, { namespace: id });
      for (const object of ['a', 'b'])
        new ApiObject(chart, object, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: object } });
    }
  }
  return renderTree(app);
}

const files = (directory: string) =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();

describe('writeFiles', () => {
  it('writes one file an application, its objects divided', () => {
    const out = scratch();
    expect(writeFiles(rendered({ staging: ['web', 'api'], production: ['web'] }), out)).toEqual([
      'staging/api.yaml',
      'staging/web.yaml',
      'production/web.yaml',
    ]);
    expect(readFileSync(join(out, 'production/web.yaml'), 'utf8').split('---\n')).toHaveLength(2);
  });

  it('writes the one environment of a plain cdk8s program without a directory', () => {
    const out = scratch();
    writeFiles(rendered({ default: ['web'] }), out);
    expect(files(out)).toEqual(['web.yaml']);
  });

  it('removes what an earlier run made and this one does not, and nothing else', () => {
    const out = scratch();
    writeFiles(rendered({ default: ['web', 'api'] }), out);
    writeFileSync(join(out, 'mine.yaml'), 'a: 1\n');
    writeFiles(rendered({ default: ['web'] }), out);
    expect(files(out)).toEqual(['mine.yaml', 'web.yaml']);
  });

  it('writes a file again only when its output or the file is another one', () => {
    const out = scratch();
    let asked = 0;
    const write = (digest: string) => {
      const [environment] = rendered({ default: ['web'] });
      const applications = (environment?.applications ?? []).map((application) => ({
        ...application,
        output: { digest: digestOf(digest), objects: 2, isOverridden: false },
        get objects() {
          asked += 1;
          return application.objects;
        },
      }));
      return writeFiles(environment ? [{ ...environment, applications }] : [], out);
    };
    expect([write('a'), write('a'), asked]).toEqual([['web.yaml'], ['web.yaml'], 1]);
    write('b');
    expect(asked).toBe(2);
    writeFileSync(join(out, 'web.yaml'), 'changed by hand');
    write('b');
    expect([asked, readFileSync(join(out, 'web.yaml'), 'utf8')]).toEqual([
      3,
      expect.stringContaining('kind: ConfigMap'),
    ]);
    rmSync(join(out, 'web.yaml'));
    write('b');
    expect([asked, files(out)]).toEqual([4, ['web.yaml']]);
    writeFiles(rendered({ default: ['api'] }), out);
    expect(files(out)).toEqual(['api.yaml']);
  });

  it('removes nothing outside the directory, whatever its list says', () => {
    const out = join(scratch(), 'out');
    writeFiles(rendered({ default: ['web'] }), out);
    const outside = join(out, '../outside.yaml');
    writeFileSync(outside, 'a: 1\n');
    writeFileSync(join(out, '.truekeel-files'), `../outside.yaml\n${outside}\n`);
    writeFiles(rendered({ default: ['web'] }), out);
    expect(readFileSync(outside, 'utf8')).toBe('a: 1\n');
  });
});
