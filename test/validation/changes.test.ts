/** What a change of a custom resource may be, here and in a real API server: the same answers, in the same words. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { errorsOfCustom } from '../../lib/cluster/crd/validate.ts';
import type { KubernetesObject } from '../../lib/objects/index.ts';
import type { SchemaNode } from '../../lib/schemas/index.ts';
import { describeOnControlPlane } from '../controlplane/suite.ts';
import { RealApi } from '../fields/real-api.ts';
import { changeCases } from './changes.ts';

const field = (index: number) => `case${index}`;

const SPEC = {
  type: 'object',
  properties: {
    ...Object.fromEntries(changeCases.map(({ schema }, index) => [field(index), schema])),
    probe: { type: 'string', enum: ['strict'] },
  },
};
const SCHEMA = { type: 'object', properties: { spec: SPEC } };

const STRICT: ReadonlySet<string> = new Set([
  ...[
    'x-kubernetes-validations',
    'x-kubernetes-list-type',
    'x-kubernetes-list-map-keys',
    'x-kubernetes-map-type',
  ],
  ...['required', 'maximum', 'enum', 'pattern', 'maxLength', 'maxItems', 'maxProperties'],
]);

/** The same fields, and all else that may be in them: objects are made with it before the schema is what it is. */
function loose(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(loose);
  if (typeof schema !== 'object' || schema === null) return schema;
  const kept = Object.entries(schema).filter(([name]) => !STRICT.has(name));
  return Object.fromEntries(kept.map(([name, part]) => [name, loose(part)]));
}

const errorTexts = (causes: readonly { reason: string; field: string; message: string }[]) =>
  causes.map(({ reason, field: at, message }) => `${reason} ${at}: ${message}`).sort();

function causesHere(before: KubernetesObject, after: KubernetesObject): readonly string[] {
  const schema = SCHEMA as SchemaNode;
  const resource = { custom: { schema } } as Parameters<typeof errorsOfCustom>[0]; // what is looked at
  const object = structuredClone(after) as Parameters<typeof errorsOfCustom>[1];
  const errors = errorsOfCustom(resource, object, before);
  return errorTexts(errors.map(({ type, field: at, message }) => ({ reason: type, field: at, message })));
}

describeOnControlPlane(
  'changes of custom resources, here and in a real API server',
  (controlPlane) => {
    const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    let api: RealApi;
    let path: string;
    let group: string;
    const objectOf = (name: string, index: number, value: unknown): KubernetesObject => ({
      apiVersion: `${group}/v1`,
      kind: 'Changed',
      metadata: { name },
      spec: value === undefined ? {} : { [field(index)]: value },
    });
    const pairs = changeCases.flatMap(({ kept, broken }, index) =>
      [...kept, ...broken].map((change, at) => ({ index, change, name: `c${index}-${at}` })),
    );

    beforeAll(async () => {
      api = new RealApi(controlPlane().connection);
      const namespace = await controlPlane().createNamespace('changes');
      group = `${controlPlane().uniqueName('c')}.truekeel.dev`;
      path = `/apis/${group}/v1/namespaces/${namespace}/changeds`;
      const definition = (schema: unknown) => ({
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: `changeds.${group}` },
        spec: {
          group,
          scope: 'Namespaced',
          names: { plural: 'changeds', singular: 'changed', kind: 'Changed', listKind: 'ChangedList' },
          versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
        },
      });
      const made = await api.create(DEFINITIONS, definition(loose(SCHEMA)) as KubernetesObject);
      expect(made.status, made.body.message).toBe(201);
      while ((await api.get(path)).status >= 300);
      for (const { index, change, name } of pairs) {
        const { status, body } = await api.create(path, objectOf(name, index, change[0]));
        expect(status, body.message).toBe(201);
      }
      const stored = (await api.get(`${DEFINITIONS}/changeds.${group}`)).body as KubernetesObject;
      const strict = { ...definition(SCHEMA), metadata: stored.metadata } as KubernetesObject;
      const changed = await api.update(`${DEFINITIONS}/changeds.${group}`, strict);
      expect(changed.status, changed.body.message).toBe(200);
      const probe = { ...objectOf('probe', 0, undefined), spec: { probe: 'loose' } };
      // There is nothing to watch before the server knows the schema.
      while ((await api.create(`${path}?dryRun=All`, probe)).status < 300);
    });
    afterAll(() => api?.close());

    async function ask(name: string, after: KubernetesObject): Promise<readonly string[]> {
      const stored = (await api.get(`${path}/${name}`)).body as KubernetesObject;
      const object = {
        ...after,
        metadata: { ...after.metadata, resourceVersion: stored.metadata.resourceVersion! },
      };
      const { status, body } = await api.update(`${path}/${name}?dryRun=All`, object);
      if (status < 300) return [];
      expect(status, body.message).toBe(422);
      return errorTexts((body.details as { causes: Parameters<typeof errorTexts>[0] }).causes);
    }

    it.each(changeCases.map((one, index) => [one.what, one, index] as const))(
      'agree on %s',
      async (_what, { kept, broken }, index) => {
        for (const [at, [was, is]] of [...kept, ...broken].entries()) {
          const name = `c${index}-${at}`;
          const [before, after] = [objectOf(name, index, was), objectOf(name, index, is)];
          const causes = await ask(name, after);
          const shown = JSON.stringify([was, is]);
          expect(causes.length === 0, `${shown}: ${causes.join('; ')}`).toBe(at < kept.length);
          expect(causesHere(before, after), shown).toEqual(causes);
        }
      },
    );
  },
  { nodes: 'none' },
);
