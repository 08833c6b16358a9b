import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Engine, keyText, type Program, patchAs } from '../../lib/apply/testing/engine.ts';
import type { JsonObject, KubernetesObject } from '../../lib/objects/index.ts';
import type { Plan } from '../../lib/plan/index.ts';
import { onBothClusters, unique } from '../e2e/clusters.ts';
import { base, type Edit, edits, KINDS } from './edits.ts';

onBothClusters('a change that is computed', (cluster) => {
  const start = async () => {
    const { client } = cluster();
    const namespace = unique();
    await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    // Lists of a kind find applications of this name in whatever environment.
    return { client, namespace, application: unique('app'), engine: new Engine(client, unique('env')) };
  };

  /** The same plan, both ways, with the requests that each took to write nothing. */
  const bothWays = async (engine: Engine, program: Program) => {
    const counted = async (dryRun: 'always' | 'when-needed') => {
      const before = engine.client.requests.byVerb;
      const plan = await engine.plan(program, { dryRun });
      const { patch = 0, get = 0, total } = differenceOf(engine.client.requests.byVerb, before);
      return { plan, patch, get, total };
    };
    const asked = await counted('always');
    const computed = await counted('when-needed');
    const [ours, theirs] = [shown(computed.plan), shown(asked.plan)];
    for (const [index, change] of theirs.changes.entries()) expect(ours.changes[index]).toEqual(change);
    expect(ours).toEqual(theirs);
    return { asked, computed };
  };

  it('is the one that the server would make, whatever is changed in whatever kind', {
    timeout: 180_000,
  }, async () => {
    const { engine, namespace, application } = await start();
    const EACH = 6;
    const objects = KINDS.flatMap((kind) =>
      Array.from({ length: EACH }, (_, index) => base(kind, namespace, `${kind.toLowerCase()}-${index}`)),
    );
    const first = await engine.sync({ [application]: objects });
    expect(first.result.errors).toEqual([]);
    let dryRuns = 0;
    let changed = 0;
    await fc.assert(
      fc.asyncProperty(fc.tuple(...objects.map(({ kind }) => edits(kind))), async (all) => {
        const edited = objects.map((object, index) => edit(object, all[index]!));
        const { asked, computed } = await bothWays(engine, { [application]: edited });
        dryRuns += computed.patch;
        changed += asked.patch;
        expect(computed.patch).toBeLessThanOrEqual(asked.patch);
      }),
      // Each run compares some sixty changes, and says which one differs: nothing to be shrunk.
      { numRuns: 6, endOnFailure: true },
    );
    // Random edits are mostly such as only the server can judge; some of them it need not.
    expect(dryRuns).toBeLessThan(changed);
  });

  it('is the one that the server would make also where somebody else has fields', async () => {
    const { client, engine, namespace, application } = await start();
    const objects = Array.from({ length: 12 }, (_, index) => base('Deployment', namespace, `web-${index}`));
    await engine.sync({ [application]: objects });
    for (const [index, object] of objects.entries()) {
      const manager = index % 2 === 0 ? 'kubectl-edit' : 'some-controller';
      const patch: JsonObject = [
        { spec: { replicas: 3 } },
        { metadata: { labels: { tier: 'theirs' }, annotations: { theirs: 'x' } } },
        { spec: { template: { metadata: { annotations: { checksum: 'theirs' } } } } },
      ][index % 3]!;
      await patchAs(client, manager, object, patch);
    }
    const edited = objects.map((object) =>
      edit(object, [
        (value) => merge(value, ['spec', 'template', 'metadata', 'annotations'], { checksum: '2' }),
      ]),
    );
    const { computed } = await bothWays(engine, { [application]: edited });
    expect(computed.plan.changes.some(({ conflicts }) => conflicts.length > 0)).toBe(true);
  });

  it('is computed for what people change most, and asked for nowhere', async () => {
    const { engine, namespace, application } = await start();
    const objects = ['ConfigMap', 'Secret', 'Deployment'].flatMap((kind) =>
      Array.from({ length: 20 }, (_, index) => base(kind, namespace, `${kind.toLowerCase()}-${index}`)),
    );
    await engine.sync({ [application]: objects });
    const edited = objects.map((object) =>
      edit(object, [
        (value) =>
          object.kind === 'Deployment'
            ? merge(value, ['spec'], { replicas: 1 })
            : merge(value, ['data'], { a: 'dGhyZWU=', d: 'Zm91cg==' }),
      ]),
    );
    const { asked, computed } = await bothWays(engine, { [application]: edited });
    // What a controller is busy with is asked about again.
    expect(asked.patch).toBeGreaterThanOrEqual(objects.length);
    // Objects that nearly all change are read by one list of their kind.
    expect([computed.patch, computed.get]).toEqual([0, 0]);
    const { result } = await engine.sync({ [application]: edited }, { wait: false });
    expect(result.errors).toEqual([]);
    for (const change of computed.plan.changes) {
      const live = await engine.read(edited.find((object) => keyText(object) === keyOf(change))!);
      if (change.key.kind === 'ConfigMap')
        expect(live).toMatchObject({ data: { a: 'dGhyZWU=', d: 'Zm91cg==' } });
    }
  });

  it('is asked of the server where a webhook or a policy may have a say', async () => {
    const { client, engine, namespace, application } = await start();
    const objects = Array.from({ length: 20 }, (_, index) => base('Secret', namespace, `s-${index}`));
    await engine.sync({ [application]: objects });
    const name = unique();
    // It matches nothing, so that no other test meets it; who reads only its rules cannot know.
    const hook = await client.create({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name },
      webhooks: [
        {
          name: 'none.example.com',
          rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['secrets'] }],
          clientConfig: { url: 'https://127.0.0.1:1/none' },
          namespaceSelector: { matchLabels: { none: name } },
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          failurePolicy: 'Ignore',
        },
      ],
    });
    const edited = objects.map((object) => edit(object, [(value) => merge(value, ['data'], { a: 'dHdv' })]));
    const { computed } = await bothWays(engine, { [application]: edited });
    expect(computed.patch).toBe(objects.length);
    const resource = await client.resource({
      group: 'admissionregistration.k8s.io',
      version: 'v1',
      kind: 'ValidatingWebhookConfiguration',
    });
    await client.delete(resource, { namespace: '', name: hook.metadata.name });
    expect((await bothWays(engine, { [application]: edited })).computed.patch).toBe(0);
  });

  it('costs a single change no request that a dry run would not', async () => {
    const { engine, namespace, application } = await start();
    const objects = Array.from({ length: 20 }, (_, index) => base('ConfigMap', namespace, `c-${index}`));
    await engine.sync({ [application]: objects });
    const edited = [edit(objects[0]!, [(value) => merge(value, ['data'], { a: '2' })]), ...objects.slice(1)];
    const { asked, computed } = await bothWays(engine, { [application]: edited });
    expect(computed.total).toBe(asked.total);
    expect([computed.get, computed.patch]).toEqual([1, 1]);
  });
});

function edit(object: KubernetesObject, all: readonly Edit[]): KubernetesObject {
  // Objects are JSON, before and after.
  return all.reduce(
    (value, change) => change(value),
    object as unknown as JsonObject,
  ) as unknown as KubernetesObject;
}

function merge(object: JsonObject, path: readonly string[], more: JsonObject): JsonObject {
  const [field, ...rest] = path;
  if (field === undefined) return { ...object, ...more };
  return { ...object, [field]: merge((object[field] ?? {}) as JsonObject, rest, more) };
}

function keyOf({ key }: Plan['changes'][number]): string {
  return `${key.kind}${key.group === '' ? '' : `.${key.group}`} ${key.namespace}/${key.name}`;
}

/** All that a plan says, but for what moves by itself; errors by what they tell. */
function shown({ errors, changes, ...plan }: Plan) {
  return {
    ...plan,
    changes: changes.map(({ live, ...change }) => ({ ...change, uid: live?.uid })),
    errors: errors.map((error) => error.toJSON()),
  };
}

function differenceOf(after: Readonly<Record<string, number>>, before: Readonly<Record<string, number>>) {
  const verbs = Object.fromEntries(
    Object.entries(after).map(([verb, count]) => [verb, count - (before[verb] ?? 0)]),
  );
  return { ...verbs, total: Object.values(verbs).reduce((sum, count) => sum + count, 0) } as {
    readonly patch?: number;
    readonly get?: number;
    readonly total: number;
  };
}
