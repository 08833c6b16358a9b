import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { generateProgram } from '../../../lib/import/index.ts';
import type { KubernetesObject } from '../../../lib/objects/index.ts';
import { readManifestSets } from '../../../lib/render/index.ts';
import { Project } from '../../../test/e2e/project.ts';
import { applicationName, writeProven } from './proof.ts';

const map = (name: string, data: object): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'x' },
  data,
});

describe('the proof', () => {
  it('names each object that is missing, is another, or was not there, and leaves nothing behind', async () => {
    const project = new Project({
      'in.json': JSON.stringify({
        kind: 'List',
        items: [map('a', { v: '1' }), map('b', { v: '1' }), map('c', {})],
      }),
    });
    onTestFinished(() => project.remove());
    const file = join(project.directory, 'in.json');
    const wanted = await readManifestSets([{ application: 'web', files: [file] }], {
      environment: 'production',
      root: project.directory,
    });
    const objects = [map('b', { v: '2' }), map('c', {}), map('d', {})].map((object) => ({ object }));
    const applications = [{ name: 'web', objects }];
    const text = generateProgram([{ name: 'production', applications }], 'Made.');
    const out = join(project.directory, 'main.ts');
    await expect(writeProven({ out, text, wanted: [wanted] })).rejects.toMatchObject({
      errors: [
        { code: 'IMPORT_DIFFERS', message: 'ConfigMap x/a is not rendered by the program' },
        { code: 'IMPORT_DIFFERS', message: 'ConfigMap x/b is rendered otherwise by the program' },
        { code: 'IMPORT_DIFFERS', message: 'ConfigMap x/d is rendered by the program, and was not there' },
      ],
    });
    expect(existsSync(out)).toBe(false);
  });
});

describe('the name of an application', () => {
  it.each([
    ['/deploy/Web Shop.yaml', 'web-shop'],
    ['/deploy', 'deploy'],
    ['/1.2_x', 'imported'],
    ['/02-web', 'web'],
    ['/…', 'imported'],
    [`/${'a'.repeat(62)}-b`, 'a'.repeat(62)],
  ])('of %s is %s', (path, name) => {
    expect(applicationName(path)).toBe(name);
  });
});
