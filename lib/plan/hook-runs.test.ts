import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf, type Hook, type ObjectKey } from '../objects/index.ts';
import {
  forgottenRuns,
  formatRuns,
  hasRun,
  readRuns,
  runMark,
  shortRun,
  uniteRuns,
  withRun,
} from './hook-runs.ts';

const key = (namespace: string, name: string): ObjectKey => ({
  group: 'batch',
  kind: 'Job',
  namespace,
  name,
});
const label = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/);
const hook = (rerun: Hook['rerun'], text: string): Hook => ({ place: 'before', rerun, run: digestOf(text) });

describe('the record of hooks that have run', () => {
  it('is an annotation that Kubernetes takes, another one for every hook', () => {
    fc.assert(
      fc.property(label, label, label, label, (a, b, c, d) => {
        const [mark, other] = [runMark(key(a, b)), runMark(key(c, d))];
        // Kubernetes, "Annotations": syntax.
        expect(mark).toMatch(/^hooks\.truekeel\.dev\/[a-z0-9][a-z0-9.-]{0,61}[a-z0-9]$/);
        expect(mark === other).toBe(a === c && b === d);
      }),
    );
  });

  it('is read as it was written, and nothing else is', () => {
    const runs = ['a', 'b', 'c'].reduce(withRun, [] as readonly string[]);
    const annotations = { [runMark(key('x', 'y'))]: formatRuns(runs), 'truekeel.dev/other': 'z' };
    expect(readRuns(annotations)).toEqual({ [runMark(key('x', 'y'))]: ['a', 'b', 'c'] });
    expect(readRuns()).toEqual({});
  });

  it('has each run once, the latest last, and forgets those of long ago', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30).map(String)), (names) => {
        const runs = names.reduce(withRun, [] as readonly string[]);
        expect(new Set(runs).size).toBe(runs.length);
        expect(runs.length).toBeLessThanOrEqual(10);
        expect(runs.at(-1)).toBe(names.at(-1));
      }),
    );
  });

  it('counts for a hook that changed once, and for one of every release only when it was the latest', () => {
    const runs = ['one', 'two'].map((text) => shortRun(digestOf(text)));
    expect(hasRun(runs, hook('on-change', 'one'))).toBe(true);
    expect(hasRun(runs, hook('every-release', 'one'))).toBe(false);
    expect(hasRun(runs, hook('every-release', 'two'))).toBe(true);
    expect(hasRun(runs, hook('on-change', 'three'))).toBe(false);
    expect(hasRun([], hook('on-change', 'one'))).toBe(false);
  });

  it('is put together from several inventories, the last of which has the last word', () => {
    expect(uniteRuns([{ a: ['1', '2'], b: ['1'] }, { a: ['3', '1'] }])).toEqual({
      a: ['2', '3', '1'],
      b: ['1'],
    });
  });

  it('keeps some hooks that are no longer in the program, not all of them for ever', () => {
    const names = Array.from({ length: 80 }, (_, index) => `h${String(index).padStart(2, '0')}`);
    const runs = Object.fromEntries(names.map((name) => [name, ['1']]));
    const current = new Set(names.slice(0, 20));
    const forgotten = forgottenRuns(runs, current);
    expect(forgotten).toHaveLength(10);
    expect(forgotten.filter((name) => current.has(name))).toEqual([]);
    expect(forgottenRuns(runs, new Set(names))).toEqual([]);
  });
});
