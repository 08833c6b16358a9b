import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DependencyEdge, Digest, ObjectKey, ObjectSettings } from '../objects/index.ts';
import { DEFAULT_SETTINGS, TruekeelError } from '../objects/index.ts';
import { approvedPlanOf, planDifferences } from './approved-plan.ts';
import type { PlanContent } from './digest.ts';
import { planDigest, planParts } from './digest.ts';
import type { Plan, PlannedChange, PlannedInventory } from './plan.ts';

const keyOf = (name: string): ObjectKey => ({ group: '', kind: 'ConfigMap', namespace: 'x', name });

const change = (name: string, more: Partial<PlannedChange> = {}): PlannedChange => ({
  application: 'web',
  key: keyOf(name),
  apiVersion: 'v1',
  action: 'change',
  because: 'value 1 → 2',
  changes: [{ path: 'data.value', before: '1', after: '2' }],
  effects: [],
  conflicts: [],
  live: { uid: `uid-${name}`, resourceVersion: '1' },
  desired: {
    key: keyOf(name),
    apiVersion: 'v1',
    digest: `sha256:${'1'.repeat(64)}`,
    settings: DEFAULT_SETTINGS,
    path: `web/x/ConfigMap/${name}.yaml`,
  },
  ...more,
});

const inventory = (more: Partial<PlannedInventory> = {}): PlannedInventory => ({
  application: 'web',
  namespace: 'x',
  name: 'truekeel.web',
  id: 'applyset-1',
  ids: ['applyset-1'],
  live: { uid: 'inventory', resourceVersion: '1' },
  isLost: false,
  recorded: { kinds: ['ConfigMap'], namespaces: [] },
  approvals: undefined,
  intended: { kinds: ['ConfigMap'], namespaces: [] },
  target: { kinds: ['ConfigMap'], namespaces: [] },
  superseded: [],
  recordedRuns: {},
  runs: {},
  leaving: false,
  ...more,
});

const edge = (from: string, to: string, until: DependencyEdge['until'] = 'present'): DependencyEdge => ({
  from: keyOf(from),
  to: keyOf(to),
  until,
});

const content = (more: Partial<PlanContent> = {}): PlanContent => ({
  applications: [{ name: 'web', dependsOn: [] }],
  changes: [change('a')],
  edges: [],
  inventories: [inventory()],
  helmReleases: [],
  errors: [],
  ...more,
});

const nameOf = (more: Partial<PlanContent> = {}, environment = 'e'): Digest => {
  const all = content(more);
  return planDigest(environment, all.changes, planParts(all));
};

describe('the digest of a plan', () => {
  it('does not depend on the order of what is in it', () => {
    const changes = ['a', 'b', 'c', 'd'].map((name) => change(name));
    const edges = [edge('a', 'b'), edge('b', 'c', 'ready'), edge('a', 'd')];
    const shuffled = <T>(values: readonly T[]) =>
      fc.shuffledSubarray([...values], { minLength: values.length });
    fc.assert(
      fc.property(shuffled(changes), shuffled(edges), (some, others) => {
        expect(nameOf({ changes: some, edges: others })).toBe(nameOf({ changes, edges }));
      }),
    );
  });

  it('does not depend on what moves by itself, nor on what stays as it is', () => {
    const live = { uid: 'uid-a', resourceVersion: '99' };
    expect(nameOf({ changes: [change('a', { live }), change('b', { action: 'none' })] })).toBe(nameOf());
    expect(nameOf({ edges: [edge('b', 'a')] })).toBe(nameOf());
    const idle = { name: 'idle', dependsOn: ['web'] };
    expect(nameOf({ applications: [...content().applications, idle] })).toBe(nameOf());
    expect(nameOf({ inventories: [inventory(), inventory({ application: 'idle', id: 'applyset-2' })] })).toBe(
      nameOf(),
    );
    const noted = inventory({ recorded: { kinds: [], namespaces: [] } });
    expect(nameOf({ inventories: [noted] }), 'how far an earlier run came').toBe(nameOf());
  });

  it('of a Secret does not depend on who can see its values', () => {
    const key = { ...keyOf('s'), kind: 'Secret' };
    const secret = (more: Partial<PlannedChange>) => nameOf({ changes: [change('s', { key, ...more })] });
    const conflict = (resolution: 'yield' | 'take-over') => ({
      path: 'data.password',
      at: [{ field: 'data' }, { field: 'password' }],
      manager: 'kubectl',
      resolution,
    });
    const fields = [{ path: 'data.password', before: '<masked #1>', after: '<masked #2>' }];
    expect(secret({ changes: fields })).toBe(secret({ changes: [] }));
    expect(secret({ conflicts: [conflict('take-over')] })).toBe(secret({ conflicts: [] }));
    expect(secret({ conflicts: [conflict('yield')] })).not.toBe(secret({ conflicts: [] }));
    const desired = { ...change('s').desired!, digest: `sha256:${'2'.repeat(64)}` as Digest };
    expect(secret({ desired })).not.toBe(secret({}));
  });

  const settings = (more: Partial<ObjectSettings>): Partial<PlannedChange> => ({
    desired: { ...change('a').desired!, settings: { ...DEFAULT_SETTINGS, ...more } },
  });
  const of = (more: Partial<PlannedChange>): Partial<PlanContent> => ({ changes: [change('a', more)] });

  it.each<[string, Partial<PlanContent>]>([
    ['an action', of({ action: 'replace' })],
    ['an application', of({ application: 'api' })],
    ['a version', of({ apiVersion: 'v2' })],
    ['the object that is there', of({ live: { uid: 'another', resourceVersion: '1' } })],
    ['a value that is there', of({ changes: [{ path: 'data.value', before: '0', after: '2' }] })],
    ['a value that will be', of({ changes: [{ path: 'data.value', before: '1', after: '3' }] })],
    [
      'what becomes of a field in dispute',
      of({ conflicts: [{ path: 'data.value', at: [], manager: 'm', resolution: 'yield' }] }),
    ],
    ['the content', of({ desired: { ...change('a').desired!, digest: `sha256:${'0'.repeat(64)}` } })],
    ['whether it is forced', of(settings({ conflicts: 'force' }))],
    ['whether it may be replaced', of(settings({ apply: 'recreate' }))],
    ['whether it is protected later', of(settings({ prune: 'protect' }))],
    ['whether drift is corrected later', of(settings({ drift: 'ignore' }))],
    ['whether it is waited for', of(settings({ wait: 'none' }))],
    ['one more change', { changes: [change('a'), change('b')] }],
    ['no change', { changes: [] }],
    ['what it waits for', { edges: [edge('a', 'b')] }],
    ['until when it waits', { edges: [edge('a', 'b', 'ready')] }],
    ['what its application waits for', { applications: [{ name: 'web', dependsOn: ['db'] }] }],
    ['what follows on a failure', { applications: [{ name: 'web', dependsOn: [], onFailure: 'roll-back' }] }],
    [
      'how it is judged',
      {
        applications: [
          { name: 'web', dependsOn: [], health: [{ group: '', kind: 'ConfigMap', current: 'true' }] },
        ],
      },
    ],
    ['where the inventory goes', { inventories: [inventory({ namespace: 'y', id: 'applyset-3' })] }],
    [
      'what the inventory will say',
      { inventories: [inventory({ target: { kinds: ['Secret'], namespaces: [] } })] },
    ],
    [
      'an inventory that goes',
      {
        inventories: [
          inventory({ superseded: [{ namespace: 'y', name: 'old', uid: 'u', resourceVersion: '1' }] }),
        ],
      },
    ],
    [
      'a release of Helm that is taken over',
      {
        helmReleases: [
          { namespace: 'x', name: 'web', applications: ['web'], resolution: 'take-over', records: [] },
        ],
      },
    ],
    ['an application that leaves', { inventories: [inventory({ leaving: true })] }],
    [
      'an object that cannot be planned',
      { errors: [new TruekeelError('no', { code: 'NAMESPACE_MISSING', key: keyOf('z') })] },
    ],
  ])('depends on %s', (_name, more) => {
    expect(nameOf(more)).not.toBe(nameOf());
  });

  it('tells all of these apart, and environments', () => {
    const waits = [edge('a', 'b')];
    const errors = [new TruekeelError('no', { code: 'NAMESPACE_MISSING', key: keyOf('z') })];
    const names = [nameOf(), nameOf({}, 'f'), nameOf({ edges: waits }), nameOf({ errors })];
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('the difference between two plans', () => {
  const plan = (more: Partial<PlanContent>): Plan => {
    const all = content(more);
    const parts = planParts(all);
    const digest = planDigest('e', all.changes, parts);
    // What else a plan has does not matter to its approval.
    return { ...all, parts, digest, environment: 'e' } as Partial<Plan> as Plan;
  };
  const differences = (approved: Partial<PlanContent>, actual: Partial<PlanContent>) =>
    // It is kept as JSON.
    planDifferences(JSON.parse(JSON.stringify(approvedPlanOf(plan(approved)))), approvedPlanOf(plan(actual)));

  it('names what came, what went and what is done otherwise', () => {
    const changes = [change('a', { action: 'replace', because: 'other' }), change('c'), change('same')];
    expect(differences({ changes: [change('a'), change('b'), change('same')] }, { changes })).toEqual([
      'ConfigMap x/a: approved was change (value 1 → 2), now it is replace (other)',
      'ConfigMap x/b: change (value 1 → 2) was approved and is no longer needed',
      'ConfigMap x/c: change (value 1 → 2) was not part of what was approved',
    ]);
  });

  it('names fields that the reason does not', () => {
    const changes = [change('a', { changes: [{ path: 'data.value', before: '9', after: '2' }] })];
    expect(differences({}, { changes })).toEqual([
      'ConfigMap x/a: change of data.value is not as it was approved',
    ]);
  });

  it('names an object made anew, another content or setting', () => {
    const changes = [change('a', { live: { uid: 'anew', resourceVersion: '1' } })];
    expect(differences({}, { changes })).toEqual([
      'ConfigMap x/a: change (value 1 → 2), but of another object, content, setting or owner of a field than was approved',
    ]);
  });

  it('names what is about all of them', () => {
    const errors = [new TruekeelError('no', { code: 'NAMESPACE_MISSING', key: keyOf('z') })];
    const inventories = [inventory({ namespace: 'y', id: 'applyset-3' })];
    expect(differences({}, { errors, inventories, edges: [edge('a', 'b')] })).toEqual([
      'what waits for what, until when, or what follows on a failure is not what was approved',
      'the inventories that are written are not those that were approved',
      'what cannot be planned is not what it was',
    ]);
  });

  it('is none between a plan and itself, and there always is one when the digests differ', () => {
    expect(differences({}, {})).toEqual([]);
    const others = [
      { changes: [change('a', { live: { uid: 'anew', resourceVersion: '1' } })] },
      { edges: [edge('a', 'b')] },
    ];
    for (const other of others) expect(differences({}, other)).not.toEqual([]);
  });
});
