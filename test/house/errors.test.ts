import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../synth/version.ts';
import { SAMPLES } from '../diagnostics/index.ts';
import { errorCodesIn, hintsIn } from './error-codes.ts';

/** `| \`CODE\` | exit codes | …`: one row of docs/errors.md. */
const ROW = /^\| `([A-Z0-9_]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm;

/** 0 for warnings, which stop nothing. */
const EXIT_CODES = ['0', '1', '3', '4', '5', '6', '7', '8'];

describe('docs/errors.md', () => {
  const rows = [...readFileSync(join(packageRoot(), 'docs', 'errors.md'), 'utf8').matchAll(ROW)];
  const documented = rows.map((row) => row[1]!);
  const used = codesOfSources();

  test('explains every code that the sources have', () => {
    const missing = [...used].filter(([code]) => !documented.includes(code));
    expect(missing.map(([code, where]) => `${code} (${where})`)).toEqual([]);
  });

  test('explains no code that is gone', () => {
    expect(documented.filter((code) => !used.has(code))).toEqual([]);
  });

  test('explains each code once', () => {
    expect(documented.filter((code, index) => documented.indexOf(code) !== index)).toEqual([]);
  });

  test.each(rows.map((row) => [row[1]!, row] as const))(
    'says how %s ends the command and what to do',
    (_, row) => {
      const [, , exit, meaning, example, todo] = row;
      expect(exit!.split(', ').filter((code) => !EXIT_CODES.includes(code))).toEqual([]);
      expect(meaning!.trim()).not.toBe('');
      expect(example!.trim()).not.toBe('');
      expect(todo!.trim()).toMatch(/^[A-Z].*\.$/);
    },
  );
});

/** What people can bring about with files alone, and test/diagnostics therefore has a sample of. */
const OF_AUTHORING = [
  'Running a program',
  'What a program made',
  'What Kubernetes would refuse',
  'Importing',
];

/** What takes more than files to come about, and which tests bring it about. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  'lib/plan/check-desired.test.ts': ['INVALID_APPLICATION_NAME'],
  'synth/program/kept/kept.test.ts': ['CONTENT_LOST'],
  'test/e2e/review.test.ts': ['TYPES_NOT_CHECKED'],
  'test/helm/rendering.test.ts': [
    'CHART_DEPENDENCIES',
    'CHART_FAILED',
    'CHART_FETCHES',
    'CHART_OUTPUT',
    'HELM_HOOK',
  ],
  'test/helm/in-process.test.ts': ['HELM_NO_OBJECT'],
  'test/helm/bounds.test.ts': [...['HELM_FAILED', 'HELM_NOT_FOUND', 'HELM_TIMEOUT', 'HELM_TOO_MUCH_OUTPUT']],
  'test/helm/import-helm.test.ts': ['HELM_VERSION'],
  'test/testing/render.test.ts': ['NOT_IN_PROGRAM'],
  'test/e2e/policies.test.ts': ['POLICY_EXCEPTION_ENDED', 'POLICY_NOT_KEPT'],
  'synth/preview/move.test.ts': ['PREVIEW_COLLISION', 'PREVIEW_HOST'],
  'test/e2e/sealed.test.ts': ['SEALED_CHANGED'],
  'synth/cli/import/proof.test.ts': ['IMPORT_DIFFERS'],
  'synth/cli/import/jsii-pacmak.test.ts': ['JSII_FAILED', 'JSII_NOT_FOUND'],
  'test/e2e/import-flux.test.ts': ['KUSTOMIZE_FAILED'],
  'test/e2e/import-namespace.test.ts': ['NO_NAMESPACE'],
};

describe('failing samples', () => {
  const tests = globSync('{lib,synth,test}/**/*.ts', { cwd: packageRoot() })
    .filter((file) => /\.test\.ts$/.test(file) || /^test[\\/]/.test(file))
    .filter((file) => !/^test[\\/]house/.test(file))
    .map((file) => readFileSync(join(packageRoot(), file), 'utf8'))
    .join('\n');
  const named = new Set(tests.match(/\b[A-Z][A-Z0-9_]{3,}\b/g));

  test('are in the tests for each code', () => {
    const missing = [...codesOfSources()].filter(([code]) => !named.has(code));
    expect(missing.map(([code, where]) => `${code} (${where})`)).toEqual([]);
  });

  test('make each diagnostic of authoring, through the command line', () => {
    const elsewhere = Object.values(ELSEWHERE).flat();
    const codes = OF_AUTHORING.flatMap(codesOfSection).sort();
    expect(codes.length).toBeGreaterThan(80);
    expect([...Object.keys(SAMPLES), ...elsewhere].filter((code) => codes.includes(code)).sort()).toEqual(
      codes,
    );
  });

  test.each(Object.entries(ELSEWHERE))('are in %s where it takes more than files', (file, codes) => {
    const text = readFileSync(join(packageRoot(), file), 'utf8');
    expect(codes.filter((code) => !text.includes(code))).toEqual([]);
  });
});

describe('hints', () => {
  test('are sentences', () => {
    const hints = sources().flatMap(([file, text]) => hintsIn(file, text).map((hint) => `${file}: ${hint}`));
    expect(hints.length).toBeGreaterThan(100);
    expect(hints.filter((hint) => !/: [A-Z`…].*(?:[.?…]|@example\.com)$/.test(hint))).toEqual([]);
  });
});

describe('error codes in sources', () => {
  test('are found in objects, in calls, in conditions and in types', () => {
    const found = errorCodesIn(
      'sample.ts',
      `type GitErrorCode = 'IN_A_TYPE';
       const fail = (code: string) => new TruekeelError('', { code });
       fail('IN_A_CALL');
       throw new TruekeelError('', { code: isOld ? 'WHEN_OLD' : 'WHEN_NEW' });
       if (error.code === 'NOT_MADE_HERE') console.log({ code: 422, status: 'NOT_A_CODE' });`,
    );
    expect(found.map(({ code }) => code).sort()).toEqual(['IN_A_CALL', 'IN_A_TYPE', 'WHEN_NEW', 'WHEN_OLD']);
  });
});

/** The codes under one heading of docs/errors.md. */
function codesOfSection(heading: string): readonly string[] {
  const text = readFileSync(join(packageRoot(), 'docs', 'errors.md'), 'utf8');
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(ROW)].map((row) => row[1]!);
}

/** Code → where it first stands. */
function codesOfSources(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [file, text] of sources()) {
    for (const { code, line } of errorCodesIn(file, text)) {
      // Node's own, which stand for its permission model.
      if (!found.has(code) && !code.startsWith('ERR_')) found.set(code, `${file}:${line}`);
    }
  }
  return found;
}

/** Path and text of every source that is no test. */
function sources(): readonly (readonly [string, string])[] {
  return globSync('{lib,synth}/**/*.ts', { cwd: packageRoot() })
    .filter((file) => !/\.(test|d)\.ts$/.test(file) && !/\/[^/]+\/(testing|testdata)\//.test(file))
    .sort()
    .map((file) => [file, readFileSync(join(packageRoot(), file), 'utf8')] as const);
}
