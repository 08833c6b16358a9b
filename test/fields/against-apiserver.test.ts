/** The same requests, one after the other, to a real API server and to this room. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  applyPatch,
  formatCausePath,
  formatConflicts,
  formatManager,
  keepTimes,
  resetFieldsFilter,
  update,
} from '../../lib/fields/index.ts';
import { fieldOf, isMap } from '../../lib/fields/value.ts';
import type { JsonObject, JsonValue, KubernetesObject, ManagedFieldsEntry } from '../../lib/objects/index.ts';
import { describeOnControlPlane } from '../controlplane/suite.ts';
import { CONFIG_MAP, type ComparedKind, DEPLOYMENT, SERVICE, widget, widgetDefinition } from './kinds.ts';
import { type Operation, operations, type Update } from './operations.ts';
import { type Cause, RealApi, type Reply } from './real-api.ts';

/** Fields of the second laid over the first; lists of the second win. */
function overlay(below: JsonValue | undefined, above: JsonValue | undefined): JsonValue | undefined {
  if (above === undefined) return below;
  if (!isMap(below) || !isMap(above)) return above;
  return Object.fromEntries(
    [...new Set([...Object.keys(below), ...Object.keys(above)])].map((name) => [
      name,
      overlay(fieldOf(below, name), fieldOf(above, name)),
    ]),
  );
}

/** Values that only the server knows, taken from its answer. */
function asStored(object: KubernetesObject, stored: KubernetesObject): KubernetesObject {
  const { uid, resourceVersion, generation, creationTimestamp } = stored.metadata;
  return JSON.parse(
    JSON.stringify({
      ...object,
      metadata: { ...object.metadata, uid, resourceVersion, generation, creationTimestamp },
    }),
  ) as KubernetesObject;
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => [name, sorted(field ?? null)]),
  );
}

/** Controllers that run beside may write between two requests. */
const CONTROLLERS = ['kube-controller-manager'];

/** The entries with the bytes of their fields. */
function entriesOf({ metadata }: KubernetesObject): readonly unknown[] {
  return (metadata.managedFields ?? [])
    .filter(({ manager }) => !CONTROLLERS.includes(manager))
    .map((entry) => ({
      ...entry,
      fieldsV1: JSON.stringify(entry.fieldsV1),
      // The server asks for the time twice, and it can be another second.
      ...(entry.manager === 'before-first-apply' && { time: entry.time !== undefined }),
    }));
}

function withManagers(
  object: KubernetesObject,
  managedFields: readonly ManagedFieldsEntry[] | undefined,
): KubernetesObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata: managedFields === undefined ? metadata : { ...metadata, managedFields } };
}

const contentsOf = (object: KubernetesObject): unknown =>
  sorted(JSON.parse(JSON.stringify(withManagers(object, undefined))) as JsonValue);

/** When the server handled a request, as far as the manager's entry tells. */
function timeOfRequest(stored: KubernetesObject, operation: Operation): Date {
  const wanted = operation.type === 'apply' ? 'Apply' : 'Update';
  const entry = stored.metadata.managedFields?.find(
    (candidate) =>
      candidate.manager === operation.manager &&
      candidate.operation === wanted &&
      candidate.apiVersion === operation.apiVersion &&
      (candidate.subresource ?? '') === (operation.subresource ?? ''),
  );
  const times = (stored.metadata.managedFields ?? []).flatMap(({ time }) => time ?? []).sort();
  return new Date(entry?.time ?? times.at(-1) ?? '2000-01-01T00:00:00Z');
}

describeOnControlPlane(
  'a real API server and this room',
  (controlPlane) => {
    let api: RealApi;
    let namespace: string;
    const group = `w${Math.random().toString(36).slice(2, 8)}.truekeel.dev`;
    beforeAll(async () => {
      api = new RealApi(controlPlane().connection);
      namespace = await controlPlane().createNamespace('fields');
      const definition = await api.create(
        '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
        widgetDefinition(group),
      );
      expect(definition.status, JSON.stringify(definition.body)).toBe(201);
      await served();
    });
    afterAll(() => api?.close());

    /** Resolves when the server serves Widgets. It asks again as often as it takes: there is nothing to watch
     * yet. */
    async function served(): Promise<void> {
      const answers = await Promise.all(
        widget(group).apiVersions.map((apiVersion) =>
          api.get(widget(group).collection(namespace, apiVersion)),
        ),
      );
      if (answers.some(({ status }) => status !== 200)) await served();
    }

    async function compare(
      kind: ComparedKind,
      sequence: readonly Operation[],
      outcomes: Map<number, number>,
    ): Promise<void> {
      const name = controlPlane().uniqueName('o');
      let live: KubernetesObject | undefined;
      for (const operation of sequence) {
        if (live !== undefined) live = { ...live, apiVersion: operation.apiVersion }; // versions differ in nothing else
        if (live === undefined && operation.subresource !== undefined) continue; // nothing to have a status yet
        let { reply, sent } = await act(kind, name, live, operation);
        while (reply.status === 409) {
          const fresh: KubernetesObject = (await read(kind, name, operation)).body;
          if (fresh.metadata.resourceVersion === live?.metadata.resourceVersion) break;
          live = fresh; // a controller was quicker
          ({ reply, sent } = await act(kind, name, live, operation));
        }
        outcomes.set(reply.status, (outcomes.get(reply.status) ?? 0) + 1);
        if (reply.status === 422) continue; // not valid for the kind, which is not decided here
        const now = timeOfRequest(reply.body, operation);
        const ours = ourAnswer(kind, live, operation, sent, reply, now);
        if (ours.conflicts !== undefined || reply.status === 409) {
          expect(ours.conflicts ?? [], JSON.stringify(reply.body)).toEqual(causesOf(reply));
          continue;
        }
        expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(300);
        const stored =
          kind.defaulted === undefined
            ? withManagers(reply.body, ours.object.metadata.managedFields)
            : asStored(ours.object, reply.body);
        const expected = live === undefined ? stored : keepTimes(live, stored);
        if (kind.defaulted !== undefined) expect(contentsOf(expected)).toEqual(contentsOf(reply.body));
        expect(entriesOf(expected)).toEqual(entriesOf(reply.body));
        // What is stored can be less than what was answered: metadata lose empty maps and lists on the way.
        live = (await read(kind, name, operation)).body;
      }
    }

    function read(kind: ComparedKind, name: string, { apiVersion }: Operation): Promise<Reply> {
      return api.get(`${kind.collection(namespace, apiVersion)}/${name}`);
    }

    async function act(
      kind: ComparedKind,
      name: string,
      live: KubernetesObject | undefined,
      operation: Operation,
    ): Promise<{ readonly reply: Reply; readonly sent: KubernetesObject }> {
      // With the version, so that the server refuses what it would merge with more than we have seen.
      const resourceVersion = live?.metadata.resourceVersion;
      const version = resourceVersion === undefined ? {} : { resourceVersion };
      const { apiVersion } = operation;
      const identity = { apiVersion, kind: kind.kind, metadata: { name, ...version } };
      const collection = kind.collection(namespace, apiVersion);
      const path = `${collection}/${name}${operation.subresource === undefined ? '' : `/${operation.subresource}`}`;
      const query = `fieldManager=${operation.manager}`;
      const content =
        operation.subresource === undefined ? overlay(kind.base, operation.content) : operation.content;
      const partial = overlay(content, identity) as unknown as KubernetesObject;
      if (operation.type === 'apply') {
        const reply = await api.apply(`${path}?${query}&force=${operation.force}`, partial);
        return { reply, sent: partial };
      }
      const sent = contentOf(operation, partial, live);
      const reply =
        live === undefined
          ? await api.create(`${collection}?${query}`, sent)
          : await api.update(`${path}?${query}`, sent);
      return { reply, sent };
    }

    function ourAnswer(
      kind: ComparedKind,
      live: KubernetesObject | undefined,
      operation: Operation,
      sent: KubernetesObject,
      reply: Reply,
      now: Date,
    ):
      | { readonly conflicts: readonly Cause[] }
      | { readonly conflicts?: undefined; readonly object: KubernetesObject } {
      const { subresource, manager } = operation;
      const { schema, group: kindGroup, hasStatus } = kind;
      const filter = resetFieldsFilter({
        group: kindGroup,
        kind: kind.kind,
        subresource,
        hasStatus,
        ...(kind.kind === 'Widget' && { onlyIn: operation.apiVersion }),
      });
      const common = { live, schema, manager, now, filter, subresource };
      const defaulted = kind.defaulted ?? ((object: KubernetesObject) => object);
      const reset = (object: KubernetesObject): KubernetesObject =>
        resetFields(object, live, operation, hasStatus);
      if (operation.type === 'update') {
        // Kinds whose defaults are not known here: what the server stored is what it compared.
        const updated =
          kind.defaulted === undefined
            ? withManagers(withoutAllocated(reply.body, sent), sent.metadata.managedFields)
            : defaulted(sent);
        return { object: reset(update({ ...common, updated: updated as KubernetesObject }).object) };
      }
      const result = applyPatch({ ...common, config: sent, force: operation.force });
      if (result.conflicts === undefined) return { object: reset(defaulted(result.object)) };
      expect(reply.body.message).toBe(formatConflicts(result.conflicts));
      return {
        conflicts: result.conflicts
          .map((conflict) => ({
            field: formatCausePath(conflict.path),
            message: `conflict with ${formatManager(conflict)}`,
          }))
          .sort(byText),
      };
    }

    /** What the storage does after the merge: a request for the object keeps its status, one for its status all
     * else. */
    function resetFields(
      object: KubernetesObject,
      live: KubernetesObject | undefined,
      { subresource }: Operation,
      hasStatus: boolean,
    ): KubernetesObject {
      const inNamespace = (value: KubernetesObject) => ({
        ...value,
        metadata: { ...value.metadata, namespace },
      });
      if (!hasStatus) return inNamespace(object);
      if (subresource === 'status' && live !== undefined) {
        const { managedFields } = object.metadata;
        return {
          ...live,
          status: object.status,
          metadata: { ...live.metadata, managedFields },
        } as KubernetesObject;
      }
      const { status: _, ...rest } = object;
      return inNamespace({
        ...rest,
        ...(live?.status !== undefined && { status: live.status }),
      } as KubernetesObject);
    }

    const cases = (): readonly (readonly [string, ComparedKind, number])[] => [
      ['ConfigMap', CONFIG_MAP, 25],
      ['Service', SERVICE, 15],
      ['Deployment', DEPLOYMENT, 15],
      ['custom resource', widget(group), 60],
    ];

    it.each<[string, JsonObject]>([
      ['a field that is not known', { nope: 1 }],
      ['a string for a number', { replicas: 'x' }],
      ['a number for a string', { title: 1 }],
      ['a boolean for a string', { title: true }],
      ['a fraction for a string', { title: 1.5 }],
      ['a map for a string', { title: { a: 'x' } }],
      ['a map for a list', { tags: { a: 1 } }],
      ['a list for a map', { quotas: [1, 'b', null] }],
      ['a map for a scalar of any type', { size: 1, replicas: { a: [true] } }],
      ['the same set item twice', { tags: ['a', 'a'] }],
      ['the same key twice, once by default', { ports: [{ port: 1 }, { port: 1, protocol: 'TCP' }] }],
      ['a null item', { ports: [null] }],
      ['a map in a set', { tags: [{}] }],
      ['a list in a set', { tags: [[]] }],
      ['a null in a set', { tags: [null] }],
      ['a wrong field of an item', { ports: [{ port: 1, name: 2 }] }],
    ])('refuse %s with the same words', async (_what, spec) => {
      const kind = widget(group);
      const [apiVersion = ''] = kind.apiVersions;
      const name = controlPlane().uniqueName('bad');
      const config = {
        apiVersion,
        kind: 'Widget',
        metadata: { name, namespace },
        spec,
      } as unknown as KubernetesObject;
      const { body } = await api.apply(
        `${kind.collection(namespace, apiVersion)}/${name}?fieldManager=m`,
        config,
      );
      const start = `failed to create typed patch object (${namespace}/${name}; ${apiVersion}, Kind=Widget): `;
      const refuse = () =>
        applyPatch({ live: undefined, config, schema: kind.schema, manager: 'm', now: new Date() });
      expect(body.message.slice(0, start.length)).toBe(start);
      expect(refuse).toThrow(expect.objectContaining({ message: body.message.slice(start.length) }));
    });

    it('unite the oldest updaters when there are too many', async () => {
      const [apiVersion] = CONFIG_MAP.apiVersions;
      const sequence = Array.from(
        { length: 14 },
        (_, index): Operation => ({
          type: 'update',
          how: 'change',
          manager: `updater-${index % 13}`,
          content: { data: { [`k${index}`]: 'v' } },
          apiVersion: apiVersion ?? '',
        }),
      );
      await compare(CONFIG_MAP, sequence, new Map());
    });

    it.each(cases())('merge, own and conflict alike on a %s', async (_name, kind, runs) => {
      const outcomes = new Map<number, number>();
      await fc.assert(
        fc.asyncProperty(operations(kind), (sequence) => compare(kind, sequence, outcomes)),
        { numRuns: Number(process.env.FIELDS_RUNS ?? runs) },
      );
      // The sequences are worth nothing when the server refuses most requests.
      const accepted = (outcomes.get(200) ?? 0) + (outcomes.get(201) ?? 0);
      const total = [...outcomes.values()].reduce((sum, count) => sum + count, 0);
      expect(accepted / total, JSON.stringify([...outcomes])).toBeGreaterThan(0.5);
    });
  },
  { nodes: 'none' },
);

function contentOf(
  { how }: Update,
  partial: KubernetesObject,
  live: KubernetesObject | undefined,
): KubernetesObject {
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(partial) };
  const content =
    how === 'client-side-apply' ? overlayObjects(partial, { metadata: { annotations } }) : partial;
  if (live === undefined || how === 'replace') return content;
  const changed = overlayObjects(live, content as unknown as JsonObject);
  // One empty entry, not an empty list: that would be lost on the way into custom resources.
  return how === 'clear' ? withManagers(changed, [{}] as unknown as readonly ManagedFieldsEntry[]) : changed;
}

function overlayObjects(below: KubernetesObject, above: JsonObject): KubernetesObject {
  return overlay(below as unknown as JsonObject, above) as unknown as KubernetesObject;
}

const ALLOCATED = ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'];

/** Addresses are allocated, or kept, after the server has found out who wrote what. */
function withoutAllocated(stored: KubernetesObject, sent: KubernetesObject): KubernetesObject {
  if (stored.kind !== 'Service') return stored;
  const written = Object.entries(stored.spec).filter(
    ([name]) => !ALLOCATED.includes(name) || name in sent.spec,
  );
  return { ...stored, spec: Object.fromEntries(written) };
}

function causesOf({ body }: Reply): readonly Cause[] {
  const causes: readonly (Cause & { readonly reason: string })[] = body.details?.causes ?? [];
  return causes.map(({ field, message }) => ({ field, message })).sort(byText);
}

function byText(a: Cause, b: Cause): number {
  const text = ({ field, message }: Cause): string => `${field} ${message}`;
  return text(a) < text(b) ? -1 : 1;
}
