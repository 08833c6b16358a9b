import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findHelm } from './tool.ts';

it('Helm is taken from folders of PATH that are named in full, and not from where the repository is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'truekeel-tool-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, 'helm');
  writeFileSync(program, '#!/bin/sh\n');
  const missing = { code: 'HELM_NOT_FOUND', message: 'there is no helm on PATH' };
  expect(() => findHelm({ PATH: folder })).toThrow(expect.objectContaining(missing));
  chmodSync(program, 0o755);
  expect(findHelm({ PATH: ['/nowhere', folder].join(delimiter) })).toEqual({ program });
  expect(findHelm({ PATH: '/nowhere', TRUEKEEL_HELM: program })).toEqual({ program });
  for (const path of ['', '.', relative(process.cwd(), folder), undefined]) {
    expect(() => findHelm({ PATH: path })).toThrow(expect.objectContaining(missing));
  }
});
