/** Where no cluster can be asked, an embedded one stands in for it: it gets what the base renders, as far as the change is about
 * it, and the head is planned against that. So what a plan knows and a comparison does not (fields that cannot be changed,
 * replacements, defaults) is found by the very same code. */
import { applyPlan } from '../../lib/apply/index.ts';
import type { KubeClient } from '../../lib/kube/index.ts';
import {
  type DesiredApplication,
  type DesiredObject,
  formatKey,
  type ObjectKey,
  type RenderedApplication,
  TruekeelError,
} from '../../lib/objects/index.ts';
import { desiredFromRendered, type PlannedChange, planApplications } from '../../lib/plan/index.ts';
import { isSealed } from '../../lib/sealed/document/index.ts';
import { scopeOf } from '../pipeline/desired.ts';

/** Milliseconds that applying the base may take in all, and one wait in it. What is not there by then is compared. */
const LONGEST_MS = 15_000;
const WAIT_MS = 1_000;

export interface EmbeddedRequest {
  readonly environment: string;
  readonly project?: string;
  readonly before: readonly RenderedApplication[];
  readonly after: readonly RenderedApplication[];
  /** Keys of objects that the base has and the change is about. */
  readonly changed: ReadonlySet<string>;
}

/** @returns the planned changes by key; of what the embedded cluster does not know, such as kinds that are defined elsewhere,
 * there is none */
export async function planEmbedded(request: EmbeddedRequest): Promise<ReadonlyMap<string, PlannedChange>> {
  const known = request.before.flatMap(({ objects }) =>
    objects.filter(
      (object) => request.changed.has(formatKey(object.key)) && !object.hook && !isSealed(object.object),
    ),
  );
  if (known.length === 0) return new Map();
  const [{ startCluster }, { connectWith }] = await Promise.all([
    import('../../lib/cluster/index.ts'),
    import('../../lib/kube/index.ts'),
  ]);
  // Without controllers nothing comes of objects, which is not asked for, and takes the most time.
  const cluster = await startCluster({ tls: false, controllers: false });
  const client = connectWith({ server: cluster.server, token: cluster.token });
  try {
    const keys = new Set([
      ...known.map(({ key }) => formatKey(key)),
      ...definitionsOf(request.before, known),
    ]);
    const [before, after] = [partOf(request.before, keys), partOf(request.after, keys)];
    await makeNamespaces(client, known, keys);
    const scope = scopeOf(request);
    const there = await applyBase(client, before, scope);
    const plan = await planApplications({ client, applications: after, scope });
    const failed = new Set(plan.errors.flatMap(({ key }) => (key ? [formatKey(key)] : [])));
    return new Map(
      plan.changes.flatMap((change) => {
        const key = formatKey(change.key);
        return there.has(key) && !failed.has(key) ? [[key, change] as const] : [];
      }),
    );
  } catch (error) {
    // What was rendered can still be compared.
    if (error instanceof TruekeelError) return new Map();
    throw error;
  } finally {
    await client.close();
    await cluster.stop();
  }
}

/** @returns keys of the objects that are in the cluster now, as the base has them */
async function applyBase(
  client: KubeClient,
  applications: readonly DesiredApplication[],
  scope: ReturnType<typeof scopeOf>,
): Promise<ReadonlySet<string>> {
  const plan = await planApplications({ client, applications, scope });
  const there = new Set<string>();
  const options = { wait: false, timeoutMs: WAIT_MS, signal: AbortSignal.timeout(LONGEST_MS) };
  for await (const event of applyPlan({ client, plan, applications, options })) {
    if (event.type === 'written') there.add(formatKey(event.key));
  }
  return there;
}

/** The applications with these objects only, in no order but the one that is found in them: nothing gets ready here. */
function partOf(
  applications: readonly RenderedApplication[],
  keys: ReadonlySet<string>,
): readonly DesiredApplication[] {
  return applications
    .map((application: RenderedApplication) => desiredFromRendered(application))
    .map((application) => ({
      ...application,
      dependsOn: [],
      edges: [],
      objects: application.objects.filter(({ key }: DesiredObject) => keys.has(formatKey(key))),
    }))
    .filter(({ objects }) => objects.length > 0);
}

/** Definitions of the base without which its objects of custom kinds cannot be. */
function definitionsOf(
  applications: readonly RenderedApplication[],
  known: readonly { readonly key: ObjectKey }[],
): readonly string[] {
  const kinds = new Set(known.map(({ key }) => `${key.kind}.${key.group}`));
  return applications.flatMap(({ objects }) =>
    objects.flatMap(({ key, object }) => {
      if (key.kind !== 'CustomResourceDefinition') return [];
      const { group, names } = Object(object.spec) as { group?: unknown; names?: { kind?: unknown } };
      return kinds.has(`${names?.kind}.${group}`) ? [formatKey(key)] : [];
    }),
  );
}

/** Those that the objects are in, unless they are made with them. */
async function makeNamespaces(
  client: KubeClient,
  known: readonly { readonly key: ObjectKey }[],
  keys: ReadonlySet<string>,
): Promise<void> {
  for (const name of new Set(known.map(({ key }) => key.namespace).filter((name) => name !== ''))) {
    if (keys.has(formatKey({ group: '', kind: 'Namespace', namespace: '', name }))) continue;
    await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, { force: true });
  }
}
