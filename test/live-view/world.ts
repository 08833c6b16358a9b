/** A program and a cluster, and what may happen to both: steps for properties of plans. */
import fc from 'fast-check';
import { configMap, deployment, keyText, type Program, patchAs } from '../../lib/apply/testing/engine.ts';
import { gvkOf, type KubernetesObject, keyOf, Label, type ObjectSettings } from '../../lib/objects/index.ts';
import type { ClusterUnderTest } from '../e2e/clusters.ts';

const NAMES = ['a', 'b', 'c'] as const;
const APPLICATIONS = ['shop', 'blog'] as const;
type Kind = 'ConfigMap' | 'Service' | 'Deployment' | 'Secret';
interface Target {
  readonly kind: Kind;
  readonly name: (typeof NAMES)[number];
}

export type Step =
  | {
      readonly do: 'write';
      readonly target: Target;
      readonly application: (typeof APPLICATIONS)[number];
      readonly version: number;
      readonly settings: Partial<ObjectSettings>;
    }
  | {
      readonly do: 'drop' | 'edit' | 'delete' | 'unlabel' | 'appear' | 'scale' | 'touch';
      readonly target: Target;
    }
  | { readonly do: 'apply' };

const target = fc.record({
  kind: fc.constantFrom<Kind>('ConfigMap', 'Service', 'Deployment', 'Secret'),
  name: fc.constantFrom(...NAMES),
});
const settings = fc.constantFrom<Partial<ObjectSettings>>(
  {},
  {},
  { drift: 'ignore' },
  { drift: 'report' },
  { conflicts: 'force' },
  { conflicts: 'yield' },
  { prune: 'detach' },
  { prune: 'protect' },
  { apply: 'create-only' },
  { apply: 'paused' },
);
export const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      target,
      application: fc.constantFrom(...APPLICATIONS),
      version: fc.integer({ min: 1, max: 3 }),
      settings,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('drop', 'edit', 'delete', 'unlabel', 'appear', 'scale', 'touch'),
      target,
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('apply' as const) }) },
) as fc.Arbitrary<Step>; // the union that the records make

export class World {
  readonly #cluster: ClusterUnderTest;
  readonly #namespace: string;
  readonly #desired = new Map<
    string,
    { application: string; object: KubernetesObject; settings: Partial<ObjectSettings> }
  >();

  constructor(cluster: ClusterUnderTest, namespace: string) {
    this.#cluster = cluster;
    this.#namespace = namespace;
  }

  get program(): Program {
    // One object stays in each, so that no application ever came out empty.
    return Object.fromEntries(
      APPLICATIONS.map((application) => {
        const own = [...this.#desired.values()].filter((entry) => entry.application === application);
        return [
          application,
          {
            objects: [configMap(this.#namespace, `${application}-base`), ...own.map(({ object }) => object)],
            dependsOn: application === 'shop' ? ['blog'] : [],
            settings: Object.fromEntries(own.map(({ object, settings: some }) => [keyText(object), some])),
          },
        ];
      }),
    );
  }

  get everything(): readonly KubernetesObject[] {
    const kinds: readonly Kind[] = ['ConfigMap', 'Service', 'Deployment', 'Secret'];
    return [
      ...kinds.flatMap((kind) => NAMES.map((name) => this.#object({ kind, name }, 1))),
      ...APPLICATIONS.map((application) => configMap(this.#namespace, `${application}-base`)),
    ];
  }

  /** Names of what carries our label. */
  async ours(): Promise<readonly string[]> {
    const { client } = this.#cluster;
    const names: string[] = [];
    for (const [group, version, kind] of [
      ['', 'v1', 'ConfigMap'],
      ['', 'v1', 'Service'],
      ['', 'v1', 'Secret'],
      ['apps', 'v1', 'Deployment'],
    ] as const) {
      const resource = await client.resource({ group, version, kind });
      const labelSelector = `${Label.application},!${Label.applySetId}`;
      const { items } = await client.listMetadata(resource, { namespace: this.#namespace, labelSelector });
      names.push(...items.map(({ metadata }) => metadata.name));
    }
    return names.sort();
  }

  async take(one: Exclude<Step, { readonly do: 'apply' }>): Promise<void> {
    const { client } = this.#cluster;
    const object = this.#object(one.target, one.do === 'write' ? one.version : 9);
    const name = keyText(object);
    const resource = await client.resource(gvkOf(object));
    const there =
      one.do === 'write' || one.do === 'drop' ? undefined : await client.get(resource, keyOf(object));
    const isGone = there === undefined || there.metadata.deletionTimestamp !== undefined;
    switch (one.do) {
      case 'write':
        this.#desired.set(name, { application: one.application, object, settings: one.settings });
        break;
      case 'drop':
        this.#desired.delete(name);
        break;
      case 'appear':
        if (there === undefined) await client.apply(object, { fieldManager: 'kubectl' });
        break;
      case 'delete':
        await client.delete(resource, keyOf(object));
        break;
      case 'unlabel':
        if (!isGone)
          await patchAs(client, 'kubectl-label', object, {
            metadata: { labels: { [Label.application]: null } },
          });
        break;
      case 'touch':
        if (!isGone) await patchAs(client, 'somebody', object, { metadata: { annotations: { note: 'x' } } });
        break;
      case 'edit':
        if (!isGone) await patchAs(client, 'kubectl-edit', object, this.#edit(one.target));
        break;
      case 'scale':
        if (!isGone && one.target.kind === 'Deployment')
          await patchAs(client, 'some-autoscaler', object, { spec: { replicas: 1 } }, 'scale');
    }
  }

  #edit({ kind }: Target) {
    if (kind === 'ConfigMap') return { data: { version: 'by hand' } };
    if (kind === 'Secret') return { data: { password: base64('by hand') } };
    return kind === 'Service' ? { spec: { sessionAffinity: 'ClientIP' } } : { spec: { replicas: 2 } };
  }

  #object({ kind, name }: Target, version: number): KubernetesObject {
    if (kind === 'ConfigMap') return configMap(this.#namespace, name, { version: String(version) });
    if (kind === 'Secret')
      return {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { namespace: this.#namespace, name },
        type: 'Opaque',
        data: { password: base64(secretOf(version)) },
      };
    if (kind === 'Deployment')
      return deployment(this.#namespace, name, { replicas: 0, image: `example/web:${version}` });
    return {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: this.#namespace, name },
      spec: { selector: { app: name }, ports: [{ port: 80 + version }], sessionAffinity: 'None' },
    };
  }
}

/** The value of a Secret of this version. */
export function secretOf(version: number): string {
  return `secret of version ${version}`;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
