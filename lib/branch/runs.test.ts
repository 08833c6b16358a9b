import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANN, bare, commitAll, git, opened, workTree } from '../../test/git/scratch.ts';
import { asOid } from '../git/index.ts';
import { type NewRun, noteRun, type ReleaseRun, readRuns, withRun } from './runs.ts';

const RUN: NewRun = {
  run: 'a',
  outcome: 'failed',
  at: '2026-11-26T20:00:00.000Z',
  durationMs: 1234.5,
  by: 'Ann <ann@example.org>',
  cluster: 'https://one.example.org',
  plan: 'sha256:51ac',
  changed: 2,
  errors: [{ code: 'NOT_READY', key: 'Deployment.apps shop/web' }],
  approvals: [],
};

const runsIn = (note: string): readonly ReleaseRun[] =>
  note
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));

describe('what came of a release', () => {
  it('is noted once, however often that is tried', () => {
    const once = withRun('', RUN);
    expect(withRun(once, RUN)).toBe(once);
    expect(runsIn(once)).toMatchObject([{ outcome: 'failed', durationMs: 1235, times: 1, errorCount: 1 }]);
  });

  it('is counted where it ends the same again and again, in each cluster by itself', () => {
    let note = withRun('', RUN);
    note = withRun(note, { ...RUN, run: 'b', cluster: 'https://two.example.org' });
    note = withRun(note, { ...RUN, run: 'c', at: '2026-11-26T21:00:00.000Z' });
    expect(runsIn(note)).toMatchObject([
      { run: 'c', times: 2, at: '2026-11-26T21:00:00.000Z' },
      { run: 'b', times: 1 },
    ]);
    expect(runsIn(withRun(note, { ...RUN, run: 'd', errors: [] }))).toHaveLength(3);
  });

  it('is no news where nothing was to be done any more', () => {
    const applied = { ...RUN, outcome: 'applied' as const, errors: [] };
    const first = withRun('', { ...applied, changed: 0 });
    expect(runsIn(first)).toHaveLength(1);
    expect(withRun(first, { ...applied, run: 'b', changed: 0 })).toBe(first);
    expect(runsIn(withRun(first, { ...applied, run: 'b', changed: 1 }))).toHaveLength(2);
    const elsewhere = { ...applied, run: 'b', changed: 0, cluster: 'https://two.example.org' };
    expect(runsIn(withRun(first, elsewhere))).toHaveLength(2);
  });

  it('stays small whatever comes, keeps the first and the newest, and leaves lines of others alone', () => {
    const any = fc.record({
      outcome: fc.constantFrom(
        'applied' as const,
        'failed' as const,
        'refused' as const,
        'interrupted' as const,
      ),
      by: fc.string({ maxLength: 1000 }),
      cluster: fc.constantFrom('https://one', 'https://two'),
      plan: fc.string({ maxLength: 1000 }),
      changed: fc.nat(2),
      durationMs: fc.nat(),
      errors: fc.array(fc.record({ code: fc.string(), key: fc.string({ maxLength: 1000 }) }), {
        maxLength: 30,
      }),
      approvals: fc.array(fc.record({ code: fc.string(), by: fc.string() }), { maxLength: 30 }),
    });
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 60 }), (runs) => {
        let note = 'somebody else wrote this\n';
        for (const [index, one] of runs.entries()) {
          const added = { ...RUN, ...one, run: `${index}` };
          const next = withRun(note, added);
          expect(withRun(next, added)).toBe(next);
          note = next;
        }
        const kept = runsIn(note);
        expect(kept.length).toBeLessThanOrEqual(20);
        expect(kept.every(({ errors, approvals }) => errors.length <= 5 && approvals.length <= 10)).toBe(
          true,
        );
        expect(note.length).toBeLessThan(20 * 30_000);
        expect(note.split('\n')[0]).toBe('somebody else wrote this');
        expect(kept.map(({ run }) => Number(run))).toEqual(
          kept.map(({ run }) => Number(run)).sort((a, b) => a - b),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('goes to the remote without losing what others noted there', async () => {
    const origin = bare();
    const first = workTree();
    const commit = asOid(commitAll(first, 'Rendered'));
    git(first, 'remote', 'add', 'origin', origin);
    git(first, 'push', '--quiet', 'origin', 'main');
    const second = workTree();
    git(second, 'remote', 'add', 'origin', origin);
    git(second, 'pull', '--quiet', 'origin', 'main');
    const [here, there] = [await opened(first), await opened(second)];
    const target = { author: ANN, remote: 'origin' };
    await Promise.all([
      noteRun(here, commit, RUN, target),
      noteRun(there, commit, { ...RUN, run: 'b', cluster: 'https://two.example.org' }, target),
    ]);
    const clone = await opened(origin);
    expect((await readRuns(clone, commit)).map(({ run }) => run).sort()).toEqual(['a', 'b']);
    // Said again after the answer got lost, it changes nothing.
    const tip = git(origin, 'rev-parse', 'refs/notes/truekeel-runs');
    expect(await noteRun(here, commit, RUN, target)).toBe(true);
    expect(git(origin, 'rev-parse', 'refs/notes/truekeel-runs')).toBe(tip);
  });

  it('is told to be missing where the remote is away, and not noted in part', async () => {
    const directory = workTree();
    const commit = asOid(commitAll(directory, 'Rendered'));
    git(directory, 'remote', 'add', 'origin', '/nowhere/at/all');
    const repository = await opened(directory);
    await expect(noteRun(repository, commit, RUN, { author: ANN, remote: 'origin' })).rejects.toMatchObject({
      code: 'REMOTE_NOT_FOUND',
    });
    expect(await readRuns(repository, commit)).toEqual([]);
    expect(await noteRun(repository, commit, RUN, { author: ANN })).toBe(true);
    expect(await readRuns(repository, commit)).toHaveLength(1);
  });
});
