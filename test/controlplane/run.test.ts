import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const project = join(import.meta.dirname, 'testdata', 'run');

/** Runs some of the cases as `npm test` would, on a machine with neither Go nor assets. */
function run(cache: string, cases: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const result = spawnSync(process.execPath, [vitest, 'run', ...cases], {
    cwd: project,
    encoding: 'utf8',
    env: {
      HOME: cache,
      PATH: dirname(process.execPath),
      XDG_CACHE_HOME: cache,
      NO_COLOR: '1',
      ...environment,
    },
  });
  return { ...result, lines: result.stdout.trimEnd().split('\n') };
}

describe('a test run on a machine without a control plane', () => {
  let cache: string;
  beforeAll(() => {
    cache = mkdtempSync(join(tmpdir(), 'truekeel-run-'));
  });
  afterAll(() => rmSync(cache, { recursive: true, force: true }));

  it('reports the tests that need one as skipped, with the reason, in its last lines', () => {
    const { status, lines } = run(cache, ['needs-it']);
    expect(lines.at(-1)).toBe('1 passed, 0 failed, 2 skipped');
    expect(lines.at(-2)).toMatch(
      /^2 skipped: no control plane: etcd, kube-apiserver, .* missing .*, and no Go 1\.21/,
    );
    expect(status).toBe(0);
  });

  it('fails on CI', () => {
    const { status, stdout, stderr } = run(cache, ['needs-it'], { CI: 'true' });
    expect(status).not.toBe(0);
    expect(stdout + stderr).toContain('no control plane: etcd');
  });

  it('skips them too when there is a Go, but it cannot build', () => {
    const go =
      '#!/bin/sh\n[ "$1" = version ] && echo go version go1.26.8 || { echo no network >&2; exit 1; }\n';
    writeFileSync(join(cache, 'go'), go, { mode: 0o755 });
    const environment = { PATH: `${cache}:${process.env.PATH}` };
    const { lines } = run(cache, ['needs-it'], environment);
    expect(lines.at(-2)).toMatch(/^2 skipped: no control plane: building it failed: .*go build/);
    expect(run(cache, ['needs-it'], { ...environment, CI: 'true' }).status).not.toBe(0);
  });

  it('does not fail on CI when no chosen file needs one', () => {
    const { lines } = run(cache, ['mixed'], { CI: 'true' });
    expect(lines.at(-1)).toBe('1 passed, 2 failed, 2 skipped');
  });

  it('counts failures, hooks that fail, files that do not load, and every reason for skipping', () => {
    const { status, lines } = run(cache, ['mixed', 'broken']);
    expect(lines.slice(-3).sort()).toEqual([
      '1 passed, 3 failed, 2 skipped',
      '1 skipped: no such thing here',
      '1 skipped: not run',
    ]);
    expect(lines.at(-1)).toBe('1 passed, 3 failed, 2 skipped');
    expect(status).not.toBe(0);
  });
});
