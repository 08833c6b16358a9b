import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type CandidateQuery, chooseCandidate, type UpstreamRun } from './candidate.ts';

const NOW = 1_000_000;

const query = (
  runs: readonly Readonly<Record<string, Partial<UpstreamRun>>>[],
  more: Partial<CandidateQuery> = {},
): CandidateQuery => ({
  sources: ['s4', 's3', 's2', 's1'],
  upstreams: runs.map((of, index) => ({
    environment: `e${index}`,
    runs: new Map(Object.entries(of).map(([source, run]) => [source, { rendered: `r-${source}`, ...run }])),
  })),
  takenBack: new Set(),
  beyondPin: new Set(),
  soakMs: 0,
  now: NOW,
  ...more,
});

describe('the source commit that may be promoted', () => {
  it('is the newest one that is ready upstream', () => {
    const { candidate, passedOver } = chooseCandidate(
      query([{ s3: {}, s2: { readySince: 5 }, s1: { readySince: 1, readyUntil: 5 } }]),
    );
    expect(candidate).toMatchObject({ source: 's2', state: 'soaked', readySince: 5 });
    expect(passedOver).toEqual([{ source: 's4', why: 'not-upstream' }]);
  });

  it('is the newest that was ready for long enough, though newer ones are ready', () => {
    const runs = { s3: { readySince: NOW - 5 }, s2: { readySince: 0, readyUntil: NOW - 5 } };
    expect(chooseCandidate(query([runs], { soakMs: 100 })).candidate).toMatchObject({
      source: 's2',
      state: 'soaked',
    });
  });

  it('waits in the newest that is ready where none was for long enough', () => {
    const runs = { s3: { readySince: NOW - 5 }, s2: { readySince: 0, readyUntil: 50 } };
    const { candidate, passedOver } = chooseCandidate(query([runs], { soakMs: 100 }));
    expect(candidate).toMatchObject({ source: 's3', state: 'ready', soakedAt: NOW + 95 });
    expect(passedOver.map(({ source }) => source)).toEqual(['s4']);
  });

  it('is none that left an environment before it had been ready there for long enough', () => {
    const { candidate, passedOver } = chooseCandidate(
      query([{ s2: { readySince: 0, readyUntil: 50 } }], { soakMs: 100 }),
    );
    expect(candidate).toBeUndefined();
    expect(passedOver).toContainEqual({ source: 's2', why: 'not-ready-in-time' });
  });

  it('has to be in all environments upstream, and counts from when the last of them was ready', () => {
    const first = { s3: { readySince: 1 }, s2: { readySince: 1 } };
    expect(chooseCandidate(query([first, { s2: { readySince: 9 } }])).candidate).toMatchObject({
      source: 's2',
      readySince: 9,
    });
  });

  it('is nothing where nothing is upstream', () => {
    expect(chooseCandidate(query([])).candidate).toBeUndefined();
  });
});

const run = fc.record(
  {
    rendered: fc.constant('r'),
    readySince: fc.integer({ min: 0, max: 100 }),
    readyUntil: fc.integer({ min: 0, max: 100 }),
  },
  { requiredKeys: ['rendered'] },
);
const queries = fc
  .uniqueArray(fc.integer({ min: 0, max: 12 }).map(String), { maxLength: 10 })
  .chain((sources) =>
    fc.record({
      sources: fc.constant(sources),
      upstreams: fc.array(
        fc.record({
          environment: fc.string(),
          runs: fc
            .array(fc.tuple(fc.integer({ min: 0, max: 12 }).map(String), run))
            .map((entries) => new Map(entries)),
        }),
        { maxLength: 3 },
      ),
      takenBack: fc.subarray(sources).map((some) => new Set(some)),
      beyondPin: fc.subarray(sources).map((some) => new Set(some)),
      soakMs: fc.integer({ min: 0, max: 60 }),
      now: fc.integer({ min: 100, max: 200 }),
    }),
  );

test('whatever there is, it is never rolled back, older, beyond a pin, or past an environment upstream', () => {
  fc.assert(
    fc.property(queries, (asked) => {
      const { candidate } = chooseCandidate(asked);
      if (!candidate) return;
      const { source, runs } = candidate;
      expect(asked.sources).toContain(source);
      expect(asked.takenBack.has(source)).toBe(false);
      expect(asked.beyondPin.has(source)).toBe(false);
      expect(asked.upstreams.length).toBeGreaterThan(0);
      for (const [index, upstream] of asked.upstreams.entries())
        expect(upstream.runs.get(source)).toBe(runs[index]);
    }),
  );
});

test('whatever there is, nothing newer could have been it: no newer one was ready for long enough', () => {
  fc.assert(
    fc.property(queries, (asked) => {
      const { candidate } = chooseCandidate(asked);
      const { sources, upstreams, takenBack, beyondPin, soakMs, now } = asked;
      const lasted = (source: string) =>
        upstreams.length > 0 &&
        !takenBack.has(source) &&
        !beyondPin.has(source) &&
        upstreams.every(({ runs }) => {
          const of = runs.get(source);
          return of?.readySince !== undefined && (of.readyUntil ?? now) - of.readySince >= soakMs;
        });
      const newest = sources.find(lasted);
      if (newest !== undefined) expect(candidate).toMatchObject({ source: newest, state: 'soaked' });
      else expect(candidate?.state).not.toBe('soaked');
    }),
  );
});
