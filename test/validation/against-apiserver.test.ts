/** The same objects to a real API server and to our validation: what is refused here, the server refuses too. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type KubernetesObject, keyOf, NEWEST_KUBERNETES } from '../../lib/objects/index.ts';
import { kubernetesRelease, type SchemaType } from '../../lib/schemas/index.ts';
import { validateObjects } from '../../lib/validate/index.ts';
import { enforcedFields } from '../../lib/validate/required.ts';
import { ENUMS, POD_ENUMS } from '../../lib/validate/rules/enums.ts';
import { describeOnControlPlane } from '../controlplane/suite.ts';
import { RealApi, type Reply } from '../fields/real-api.ts';
import { refused } from './refused.ts';
import { mutations, type Path, sampleObjects, withValue } from './samples.ts';
import { widget, widgetDefinition } from './widgets.ts';

interface Listed {
  readonly kind: string;
  readonly name: string;
  readonly namespaced: boolean;
}

/** Errors of an object by itself. */
function errorsOf(object: KubernetesObject): readonly string[] {
  return validateObjects([{ object, key: keyOf(object) }], { isExcerpt: true }).errors.map(
    ({ message }) => message,
  );
}

/** Where an object has fields that a server asks for. */
function requiredIn(type: SchemaType, value: unknown, path: Path = []): readonly Path[] {
  if (value === null || typeof value !== 'object') return [];
  const own = type.form === 'struct' ? enforcedFields(type).filter((name) => name in value) : [];
  const below = Object.entries(value).flatMap(([name, part]) => {
    const isPlain = type.form !== 'list' && type.form !== 'map' && type.form !== 'struct';
    const inside = isPlain ? undefined : type.form === 'struct' ? type.field(name) : type.element;
    return inside ? requiredIn(inside, part, [...path, type.form === 'list' ? Number(name) : name]) : [];
  });
  return [...own.map((name) => [...path, name]), ...below];
}

/** Where an object has a field, or could have it; of lists, in the first item. */
function pathsOf(path: string, object: KubernetesObject): readonly Path[] {
  const steps = path
    .split('.')
    .flatMap((step) => step.split('[]').map((name): string | number => (name === '' ? 0 : name)));
  let value: unknown = object;
  for (const step of steps.slice(0, -1)) {
    value = Object(value)[step];
    if (typeof value !== 'object' || value === null) return [];
  }
  return [steps];
}

describeOnControlPlane(
  'a real API server and validation',
  (controlPlane) => {
    let api: RealApi;
    let namespace: string;
    const lists = new Map<string, readonly Listed[]>();

    beforeAll(async () => {
      api = new RealApi(controlPlane().connection);
      namespace = await controlPlane().createNamespace('validation');
      // Where no controllers run, nobody makes the account without which there are no pods.
      await api.create(`/api/v1/namespaces/${namespace}/serviceaccounts`, {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'default' },
      });
    });
    afterAll(() => api?.close());

    /** What the server makes of an object, which it does not keep. */
    async function ask(object: KubernetesObject): Promise<Reply> {
      const { apiVersion, kind, metadata } = object;
      const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
      // A kind that is not served yet is in no list.
      const known =
        lists.get(apiVersion) ??
        ((await api.get(base)).body.resources as readonly Listed[] | undefined) ??
        []; // an APIResourceList
      lists.set(apiVersion, known);
      const resource = known.find((one) => one.kind === kind && !one.name.includes('/'));
      const scope = resource?.namespaced ? `/namespaces/${namespace}` : '';
      const query = 'fieldManager=truekeel&force=true&dryRun=All&fieldValidation=Strict';
      return api.apply(`${base}${scope}/${resource?.name}/${metadata.name}?${query}`, object);
    }

    it('take the same objects', async () => {
      for (const object of sampleObjects()) {
        const { status, body } = await ask(object);
        expect(status, `${object.kind} ${object.metadata.name}: ${body.message}`).toBeLessThan(300);
        expect(errorsOf(object)).toEqual([]);
      }
    });

    it.each(refused.map((one) => [one.what, one] as const))('refuse %s', async (_what, { object }) => {
      const { status, body } = await ask(object);
      expect(status, body.message).toBe(422);
      expect(errorsOf(object)).not.toEqual([]);
    });

    it('read the same schedules', async () => {
      const number = fc
        .oneof(fc.integer({ min: 0, max: 8 }), fc.constantFrom(12, 13, 23, 24, 31, 32, 59, 60))
        .map(String);
      const start = fc.oneof(number, fc.constantFrom('*', '?', 'jan', 'SUN', 'x', ''));
      const part = fc
        .tuple(start, fc.option(number), fc.option(number))
        .map(([from, to, step]) => `${from}${to === null ? '' : `-${to}`}${step === null ? '' : `/${step}`}`);
      const field = fc.oneof(
        { weight: 3, arbitrary: fc.constant('*') },
        part,
        fc.array(part, { minLength: 2, maxLength: 3 }).map((parts) => parts.join(',')),
      );
      const schedules = fc.oneof(
        fc.array(field, { minLength: 5, maxLength: 5 }).map((fields) => fields.join(' ')),
        fc.constantFrom(
          '@daily',
          '@reboot',
          '@midnight',
          '@every',
          '* * * *',
          '* * * * * *',
          '  0 0 * * *  ',
        ),
      );
      const nightly = sampleObjects().find(({ kind }) => kind === 'CronJob');
      expect(nightly).toBeDefined();
      await fc.assert(
        fc.asyncProperty(schedules, async (schedule) => {
          const object = withValue(nightly!, ['spec', 'schedule'], () => schedule);
          const { status, body } = await ask(object);
          expect(errorsOf(object).length > 0, `${JSON.stringify(schedule)}: ${body.message}`).toBe(
            status >= 300,
          );
        }),
        { numRuns: 500 },
      );
    });

    it('have the same values for fields that have few', async () => {
      const tried = new Set<string>();
      const tables = sampleObjects().flatMap((object) => [
        ...Object.entries(ENUMS[`${object.apiVersion} ${object.kind}`] ?? {}).map(
          ([path, allowed]) => [object, `${object.kind} ${path}`, pathsOf(path, object), allowed] as const,
        ),
        ...(object.kind === 'Pod' || object.spec?.template?.spec?.containers
          ? Object.entries(POD_ENUMS).map(([below, allowed]) => {
              const path = `${object.kind === 'Pod' ? 'spec' : 'spec.template.spec'}.${below}`;
              return [object, `Pod ${below}`, pathsOf(path, object), allowed] as const;
            })
          : []),
      ]);
      for (const [object, name, [path], allowed] of tables) {
        if (!path) continue;
        const wrong = withValue(object, path, () => 'Wrong');
        const what = `${object.kind} ${object.metadata.name} ${path.join('.')}`;
        const { status, body } = await ask(wrong);
        expect(status, what).toBeGreaterThanOrEqual(400);
        expect(errorsOf(wrong), `${what}: ${body.message}`).not.toEqual([]);
        // A server lists what it takes, where it says more than that it is invalid.
        const causes = (body.details as { readonly causes?: readonly { readonly message: string }[] }).causes;
        const listed = causes?.flatMap(
          ({ message }) => /"Wrong": supported values: (.*)$/.exec(message)?.[1]?.split(', ') ?? [],
        );
        if (listed?.length)
          expect(allowed, what).toEqual(expect.arrayContaining(listed.map((one) => JSON.parse(one))));
        tried.add(name);
      }
      expect(tried.size).toBeGreaterThan(30);
    });

    it('ask for the same fields', async () => {
      const release = kubernetesRelease(NEWEST_KUBERNETES);
      let asked = 0;
      for (const object of sampleObjects()) {
        const type = release.kind(object.apiVersion, object.kind)?.type;
        for (const path of type ? requiredIn(type, object) : []) {
          const without = withValue(object, path, () => undefined);
          const what = `${object.kind} without ${path.join('.')}`;
          expect((await ask(without)).status, what).toBeGreaterThanOrEqual(400);
          expect(errorsOf(without), what).not.toEqual([]);
          asked += 1;
        }
      }
      expect(asked).toBeGreaterThan(150);
    });

    it('refuse what is refused here', async () => {
      let refused = 0;
      await fc.assert(
        fc.asyncProperty(mutations(sampleObjects()), async ({ object, what }) => {
          const errors = errorsOf(object);
          if (errors.length === 0) return;
          refused += 1;
          const { status } = await ask(object);
          expect(status, `${what}: ${errors.join('; ')}`).toBeGreaterThanOrEqual(400);
        }),
        { numRuns: 2_000 },
      );
      expect(refused).toBeGreaterThan(400);
    });

    it('refuse custom resources that are refused here', async () => {
      const group = `${controlPlane().uniqueName('v')}.truekeel.dev`;
      const definition = widgetDefinition(group);
      const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
      expect((await api.create(path, definition)).status).toBe(201);
      // There is nothing to watch before the server serves the kind.
      while ((await ask(widget(group))).status >= 300) lists.delete(`${group}/v1`);
      const judge = (object: KubernetesObject) =>
        validateObjects(
          [definition, object].map((one) => ({ object: one, key: keyOf(one) })),
          { isExcerpt: true },
        );
      expect(judge(widget(group)).errors).toEqual([]);
      let refused = 0;
      await fc.assert(
        fc.asyncProperty(mutations([widget(group)]), async ({ object, what }) => {
          const { errors } = judge(object);
          if (errors.length === 0) return;
          refused += 1;
          const { status } = await ask(object);
          expect(
            status,
            `${what}: ${errors.map(({ message }) => message).join('; ')}`,
          ).toBeGreaterThanOrEqual(400);
        }),
        { numRuns: 1_000 },
      );
      expect(refused).toBeGreaterThan(200);
    });
  },
  { nodes: 'none' },
);
