import { describe, expect, it } from 'vitest';
import { compareVersions, readDefinitions } from './definitions.ts';

const widgets = (schema: string, name = 'widgets') => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: ${name}.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { kind: ${name === 'widgets' ? 'Widget' : 'Gadget'}, plural: ${name} }
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
${schema.replace(/^/gm, '            ')}
`;

const errorsOf = (...texts: readonly string[]) => {
  const { definitions, errors } = readDefinitions(
    texts.map((text, index) => ({ file: `${index}.yaml`, text })),
  );
  return {
    kinds: definitions.map(({ kind }) => kind),
    errors: errors.map(
      ({ code, source, message }) => `${code} ${source?.file}:${source?.line} ${message.split(': ').at(-1)}`,
    ),
  };
};

const OPEN_API = 'spec.versions.[0].schema.openAPIV3Schema.properties.spec';

describe('a broken definition', () => {
  it.each([
    ['has no type', 'description: x', 16, `${OPEN_API} has no type`],
    [
      'has a type that there is not',
      'type: text',
      17,
      `${OPEN_API}.type has the type "text", which there is not`,
    ],
    ['has a list without items', 'type: array', 16, `${OPEN_API} is a list without items`],
    [
      'has properties beside additionalProperties',
      'type: object\nproperties: { a: { type: string } }\nadditionalProperties: { type: string }',
      19,
      `${OPEN_API}.additionalProperties stands beside properties, which it excludes`,
    ],
    [
      'has a reference',
      'type: object\n$ref: "#/definitions/x"',
      18,
      `${OPEN_API}.$ref is not allowed in a definition`,
    ],
    [
      'has bounds that are no numbers',
      'type: object\nproperties:\n  a:\n    type: string\n    maxLength: ten',
      21,
      `${OPEN_API}.properties.a.maxLength has to be a whole number that is not negative`,
    ],
    [
      'has a field that JavaScript has not',
      'type: object\nproperties:\n  __proto__: { type: string }',
      19,
      `${OPEN_API}.properties.__proto__ cannot be a field in JavaScript`,
    ],
  ])('that %s is told with its line, and keeps nothing else out', (_, schema, line, message) => {
    const outcome = errorsOf(widgets(schema), widgets('type: object', 'gadgets'));
    expect(outcome.kinds).toEqual(['Gadget']);
    expect(outcome.errors.length).toBeGreaterThan(0);
    expect(outcome.errors[0]).toBe(`INVALID_DEFINITION 0.yaml:${line} ${message.replaceAll('.[', '[')}`);
  });

  it('that does not parse is told with its line', () => {
    expect(errorsOf('a: [', widgets('type: object'))).toMatchObject({
      kinds: ['Widget'],
      errors: [expect.stringMatching(/^INVALID_YAML 0\.yaml:1 /)],
    });
  });

  it('of a version that Kubernetes no longer takes says so', () => {
    const old = widgets('type: object').replace('apiextensions.k8s.io/v1', 'apiextensions.k8s.io/v1beta1');
    expect(errorsOf(old).errors).toEqual([
      'INVALID_DEFINITION 0.yaml:1 apiVersion is "apiextensions.k8s.io/v1beta1", and must be apiextensions.k8s.io/v1',
    ]);
  });

  it('cannot lead out of the directory by its group', () => {
    const outside = widgets('type: object').replace('group: example.com', 'group: ../../outside');
    expect(errorsOf(outside)).toMatchObject({ kinds: [], errors: [expect.stringContaining('0.yaml:5')] });
  });

  it('without anything in it tells everything that is missing', () => {
    const empty = 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n';
    expect(errorsOf(empty).errors).toHaveLength(4);
  });
});

describe('definitions', () => {
  it('that stand twice are taken once, and refused when they differ', () => {
    expect(errorsOf(widgets('type: object'), widgets('type: object'))).toEqual({
      kinds: ['Widget'],
      errors: [],
    });
    expect(errorsOf(widgets('type: object'), widgets('type: string')).errors).toEqual([
      'DUPLICATE_DEFINITION 1.yaml:1 Widget.example.com is defined in 0.yaml:1, and differently',
    ]);
  });

  it('are found in lists, and among other documents', () => {
    const list = JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }],
    });
    expect(errorsOf(list, `kind: Other\n---\n${widgets('type: object')}`)).toEqual({
      kinds: ['Widget'],
      errors: [],
    });
  });

  it('have their versions in the order of Kubernetes', () => {
    const versions = ['v1alpha1', 'v10', 'foo', 'v2beta2', 'v1', 'v2beta10', 'bar', 'v2alpha1'];
    expect(versions.sort(compareVersions)).toEqual([
      ...['v10', 'v1', 'v2beta10', 'v2beta2', 'v2alpha1', 'v1alpha1', 'bar', 'foo'],
    ]);
  });
});
