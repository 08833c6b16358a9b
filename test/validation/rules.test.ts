/** Rules of definitions, asked here and by a real API server: the same words. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { errorsOfCustom } from '../../lib/cluster/crd/validate.ts';
import { type KubernetesObject, keyOf } from '../../lib/objects/index.ts';
import { applySchemaDefaults, type SchemaNode } from '../../lib/schemas/index.ts';
import { validateObjects } from '../../lib/validate/index.ts';
import { describeOnControlPlane } from '../controlplane/suite.ts';
import { RealApi } from '../fields/real-api.ts';
import { formatCases, ruleCases, schemaCases } from './rules.ts';

interface Cause {
  readonly reason: string;
  readonly field: string;
  readonly message: string;
}

const field = (index: number) => `case${index}`;

const cases = [...ruleCases, ...formatCases, ...schemaCases];

const SPEC = {
  type: 'object',
  properties: Object.fromEntries(cases.map(({ schema }, index) => [field(index), schema])),
};
const SCHEMA = { type: 'object', properties: { spec: SPEC } };

function definitionOf(group: string): KubernetesObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `ruleds.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'ruleds', singular: 'ruled', kind: 'Ruled', listKind: 'RuledList' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: SCHEMA } }],
    },
  };
}

function ruled(group: string, index: number, value: unknown): KubernetesObject {
  return {
    apiVersion: `${group}/v1`,
    kind: 'Ruled',
    metadata: { name: 'one' },
    spec: { [field(index)]: value },
  };
}

/** As the embedded cluster has them, which are those of validation. */
function causesHere(object: KubernetesObject): readonly Cause[] {
  const schema = SCHEMA as SchemaNode;
  const copy = structuredClone(object) as Parameters<typeof errorsOfCustom>[1];
  applySchemaDefaults(schema, copy);
  const resource = { custom: { schema } } as Parameters<typeof errorsOfCustom>[0]; // what is looked at
  return errorsOfCustom(resource, copy).map(({ type, field: at, message }) => ({
    reason: type,
    field: at,
    message,
  }));
}

const sorted = (causes: readonly Cause[]) =>
  causes.map(({ reason, field: at, message }) => `${reason} ${at}: ${message}`).sort();

describeOnControlPlane(
  'rules of a definition, here and in a real API server',
  (controlPlane) => {
    let api: RealApi;
    let group: string;
    let path: string;

    beforeAll(async () => {
      api = new RealApi(controlPlane().connection);
      const namespace = await controlPlane().createNamespace('rules');
      group = `${controlPlane().uniqueName('r')}.truekeel.dev`;
      path = `/apis/${group}/v1/namespaces/${namespace}/ruleds`;
      const made = await api.create(
        '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
        definitionOf(group),
      );
      expect(made.status, made.body.message).toBe(201);
      // There is nothing to watch before the server serves the kind.
      while ((await api.get(path)).status >= 300);
    });
    afterAll(() => api?.close());

    async function ask(object: KubernetesObject): Promise<readonly Cause[]> {
      const { status, body } = await api.create(`${path}?dryRun=All`, object);
      if (status < 300) return [];
      expect(status, body.message).toBe(422);
      return (body.details as { readonly causes: readonly Cause[] }).causes;
    }

    it.each(cases.map((one, index) => [one.what, one, index] as const))(
      'agree on %s',
      async (_what, { kept, broken, wordsDiffer = false }, index) => {
        for (const value of kept) {
          const object = ruled(group, index, value);
          expect(sorted(await ask(object)), JSON.stringify(value)).toEqual([]);
          expect(sorted(causesHere(object)), JSON.stringify(value)).toEqual([]);
        }
        for (const value of broken) {
          const object = ruled(group, index, value);
          const causes = sorted(await ask(object));
          expect(causes, JSON.stringify(value)).not.toEqual([]);
          const here = sorted(causesHere(object));
          if (wordsDiffer) expect(here, causes.join('\n')).not.toEqual([]);
          else expect(here).toEqual(causes);
          const objects = [definitionOf(group), object].map((one) => ({ object: one, key: keyOf(one) }));
          expect(validateObjects(objects).errors.length).toBeGreaterThan(0);
        }
      },
    );
  },
  { nodes: 'none' },
);
