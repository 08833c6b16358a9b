import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { chooseTarget } from './rollback-target.ts';

interface Release {
  readonly commit: string;
  readonly source: string;
  readonly digest: string;
  readonly reverts: string | undefined;
  readonly restores: string | undefined;
  readonly application: undefined;
  readonly foreign: boolean;
}

/** What people do to a branch, one commit at a time. */
type Step =
  | { readonly do: 'render'; readonly content: number }
  /** A hold, or the end of one: the same content again. */
  | { readonly do: 'hold' }
  | { readonly do: 'foreign' }
  | { readonly do: 'roll-back' }
  | { readonly do: 'roll-back-to'; readonly at: number };

/** A branch as it comes to be, and what was left on the way: known as it happens, not read out of it. */
class Branch {
  /** Newest first. */
  readonly releases: Release[] = [];
  readonly left = new Set<string>();

  take(step: Step): void {
    const [tip] = this.releases;
    const commit = `r${this.releases.length}`;
    const plain = {
      commit,
      reverts: undefined,
      restores: undefined,
      application: undefined,
      foreign: false,
    };
    if (step.do === 'render')
      this.releases.unshift({ ...plain, source: `s${commit}`, digest: `d${step.content}` });
    else if (tip && step.do === 'hold') this.releases.unshift({ ...tip, ...plain });
    else if (tip && step.do === 'foreign') this.releases.unshift({ ...tip, ...plain, foreign: true });
    else if (tip && step.do === 'roll-back') this.goBackTo(chooseTarget(this.releases));
    else if (tip && step.do === 'roll-back-to')
      this.goBackTo(this.releases[1 + (step.at % this.releases.length)]?.commit);
  }

  goBackTo(commit: string | undefined): void {
    const at = this.releases.findIndex((release) => release.commit === commit);
    const [tip] = this.releases;
    const target = this.releases[at];
    if (!tip || !target || target.foreign) return;
    for (const release of this.releases.slice(0, at)) this.left.add(release.commit);
    const made = { commit: `r${this.releases.length}`, reverts: tip.commit, restores: target.commit };
    this.releases.unshift({ ...target, ...made });
  }
}

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc.record({ do: fc.constant('render' as const), content: fc.integer({ min: 0, max: 4 }) }),
    weight: 4,
  },
  fc.record({ do: fc.constantFrom('hold' as const, 'foreign' as const, 'roll-back' as const) }),
  fc.record({ do: fc.constant('roll-back-to' as const), at: fc.nat({ max: 20 }) }),
);

function branchOf(steps: readonly Step[]): Branch {
  const branch = new Branch();
  for (const one of steps) branch.take(one);
  return branch;
}

const branches = fc.array(step, { maxLength: 25 }).map(branchOf);

it('is not the release that was rolled back from before', () => {
  const branch = branchOf([1, 2, 3].map((content) => ({ do: 'render', content })));
  branch.take({ do: 'roll-back' });
  expect(branch.releases[0]).toMatchObject({ restores: 'r1', reverts: 'r2' });
  expect(chooseTarget(branch.releases), 'and not r2 again').toBe('r0');
});

it('is nothing between what was rolled back and what was gone back to, nor a hold of that', () => {
  const branch = branchOf([
    ...[1, 2, 3].map((content): Step => ({ do: 'render', content })),
    { do: 'hold' },
    { do: 'roll-back-to', at: 2 },
  ]);
  expect(branch.releases[0]).toMatchObject({ restores: 'r0', reverts: 'r3' });
  expect(chooseTarget(branch.releases)).toBeUndefined();
});

test('of every history, it is the newest release that nobody left and that holds something else', () => {
  fc.assert(
    fc.property(branches, ({ releases, left }) => {
      const target = chooseTarget(releases);
      const possible = releases
        .slice(1)
        .filter((one) => !one.foreign && !left.has(one.commit) && one.digest !== releases[0]?.digest);
      expect(target).toBe(possible[0]?.commit);
    }),
  );
});

test('going back again and again gets further each time, and comes to an end', () => {
  fc.assert(
    fc.property(branches, (branch) => {
      const seen: number[] = [];
      for (;;) {
        const target = chooseTarget(branch.releases);
        if (target === undefined) return;
        seen.push(Number(target.slice(1)));
        expect(seen.at(-1)).toBeLessThan(seen.at(-2) ?? Number.POSITIVE_INFINITY);
        branch.goBackTo(target);
      }
    }),
  );
});
