import { describe, expect, test } from 'vitest';
import { checkImports } from '../../.ci/check-imports.ts';

const check = (files: Record<string, string>) =>
  checkImports(new Map(Object.entries(files)), new Set(['pino']));

describe('the import check', () => {
  test('lets data flow from left to right through doors', () => {
    const files = {
      'lib/objects/index.ts': 'export const key = 1;',
      'lib/plan/index.ts': "import { key } from '../objects/index.ts'; export const plan = key;",
      'synth/cli/main.ts':
        "import { plan } from '../../lib/plan/index.ts'; import pino from 'pino'; import fs from 'node:fs';",
    };
    expect(check(files)).toEqual([]);
  });

  test('refuses a room that imports one to its right', () => {
    const files = {
      'lib/plan/index.ts': 'export const plan = 1;',
      'lib/objects/index.ts': "\nimport { plan } from '../plan/index.ts'; export const key = plan;",
    };
    expect(check(files)).toEqual(['lib/objects/index.ts:2: lib/objects may not import lib/plan']);
  });

  test('refuses a way in that is not the door, also for types and re-exports', () => {
    const files = {
      'lib/objects/key.ts': 'export type Key = string;',
      'lib/plan/index.ts': "export type { Key } from '../objects/key.ts';",
    };
    expect(check(files)).toEqual([
      'lib/plan/index.ts:1: lib/objects is entered by its door, index.ts, not by lib/objects/key.ts',
    ]);
  });

  test('refuses lib importing synth, unlisted packages and missing files', () => {
    const files = {
      'synth/cli/main.ts': "import 'leftpad'; import './gone.ts';",
      'lib/kube/index.ts': "import '../../synth/cli/main.ts';",
    };
    expect(check(files)).toEqual([
      'synth/cli/main.ts:1: leftpad is not a dependency of the package',
      'synth/cli/main.ts:1: ./gone.ts does not exist',
      'lib/kube/index.ts:1: lib may not import synth',
    ]);
  });

  test('reports a cycle of files, but not one made of types', () => {
    const cyclic = {
      'lib/git/a.ts': "import { b } from './b.ts'; export const a = b;",
      'lib/git/b.ts': "import { a } from './a.ts'; export const b = a;",
    };
    expect(check(cyclic)).toEqual(['cycle: lib/git/a.ts → lib/git/b.ts → lib/git/a.ts']);
    const typed = { ...cyclic, 'lib/git/b.ts': "import type { a } from './a.ts'; export const b = 1;" };
    expect(check(typed)).toEqual([]);
  });
});
