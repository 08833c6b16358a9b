import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, type JsonValue, TruekeelError } from '../objects/index.ts';
import {
  fieldAddresses,
  formatAddress,
  heldPath,
  parseAddress,
  resolveAddress,
  valueAtAddress,
} from './field-address.ts';
import { holds } from './managed-fields.ts';

const web = { name: 'web', image: 'example/web:1', args: ['-v', '--fast'], ports: [{ containerPort: 80 }] };
const proxy = { name: 'proxy', image: 'example/proxy:2' };
const deployment = {
  metadata: { labels: { 'example.com/tier': 'front', 'odd"one]': 'x' } },
  spec: { replicas: 3, template: { spec: { containers: [web, proxy] } } },
};

const at = (text: string, value: JsonValue = deployment) => {
  const found = resolveAddress(value, parseAddress(text));
  return found && [formatAddress(found.address), found.value];
};

describe('a field', () => {
  it.each([
    ['spec.replicas', 'spec.replicas', 3],
    ['.spec.replicas', 'spec.replicas', 3],
    ['/spec/replicas', 'spec.replicas', 3],
    [
      'spec.template.spec.containers[web].image',
      'spec.template.spec.containers[name=web].image',
      'example/web:1',
    ],
    [
      'spec.template.spec.containers[name=proxy].image',
      'spec.template.spec.containers[name=proxy].image',
      'example/proxy:2',
    ],
    [
      'spec.template.spec.containers[1].image',
      'spec.template.spec.containers[name=proxy].image',
      'example/proxy:2',
    ],
    [
      '/spec/template/spec/containers/0/image',
      'spec.template.spec.containers[name=web].image',
      'example/web:1',
    ],
    [
      'spec.template.spec.containers[web].args[1]',
      'spec.template.spec.containers[name=web].args[1]',
      '--fast',
    ],
    [
      'spec.template.spec.containers[web].args[="-v"]',
      'spec.template.spec.containers[name=web].args[0]',
      '-v',
    ],
    [
      'spec.template.spec.containers[web].ports[containerPort=80,protocol=TCP]',
      'spec.template.spec.containers[name=web].ports[containerPort=80]',
      { containerPort: 80 },
    ],
    ['metadata.labels["example.com/tier"]', 'metadata.labels["example.com/tier"]', 'front'],
    ['metadata.labels.example\\.com/tier', 'metadata.labels["example.com/tier"]', 'front'],
    ['/metadata/labels/example.com~1tier', 'metadata.labels["example.com/tier"]', 'front'],
    ['metadata.labels["odd\\"one]"]', 'metadata.labels["odd\\"one]"]', 'x'],
  ])('is found by %s', (text, name, value) => {
    expect(at(text)).toEqual([name, value]);
  });

  it.each([
    'spec.replica',
    'spec.template.spec.containers[api].image',
    'spec.replicas.x',
    '/spec/template/spec/containers/7',
    'toString',
    'spec.__proto__',
  ])('that is not there is not found by %s', (text) => {
    expect(at(text)).toBeUndefined();
  });

  it.each(['', 'a..b', 'a[', 'a[]', 'a["x]', 'a]b', 'a[b]c', '/a/~2', 'a[=nope]', 'a[x=1=2,]y'])(
    'is refused with words where it is written as %j',
    (text) => {
      expect(() => parseAddress(text)).toThrow(TruekeelError);
      expect(() => parseAddress(text)).toThrow(/names no field/);
    },
  );

  it('of an item is that of the same item in another state, wherever it stands', () => {
    const { address } = resolveAddress(deployment, parseAddress('/spec/template/spec/containers/0/image'))!;
    const other = {
      spec: { template: { spec: { containers: [proxy, { ...web, image: 'example/web:9' }] } } },
    };
    expect(valueAtAddress(other, address)).toBe('example/web:9');
  });

  it('is named so that it is found again by its name, in any object', () => {
    const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        scalar,
        fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('name', 'a.b', '0', 'x=y')), tie('value')),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.uniqueArray(
          fc.record({
            name: fc.oneof(fc.string(), fc.integer(), fc.constantFrom('0', 'a,b', ']')),
            at: tie('value'),
          }),
          {
            selector: ({ name }) => canonicalJson(name),
            maxLength: 3,
          },
        ),
      ) as fc.Arbitrary<JsonValue>,
    }));
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value), (object) => {
        for (const address of fieldAddresses(object)) {
          const expected = valueAtAddress(object, address);
          expect(expected).not.toBeUndefined();
          const found = resolveAddress(object, parseAddress(formatAddress(address)));
          expect(found?.address).toEqual(address);
          expect(found?.value).toBe(expected);
        }
      }),
    );
  });
});

describe('who holds a field', () => {
  it('is told of items by their keys, and of lists that are held as a whole', () => {
    const fields = {
      'f:spec': {
        'f:template': {
          'f:spec': {
            'f:containers': {
              'k:{"name":"web"}': {
                '.': {},
                'f:image': {},
                'f:args': {},
                'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
              },
            },
          },
        },
      },
    };
    const isHeld = (text: string) => {
      const { address } = resolveAddress(deployment, parseAddress(text))!;
      return holds(fields, heldPath(deployment, address)!);
    };
    expect(isHeld('spec.template.spec.containers[web].image')).toBe(true);
    expect(isHeld('spec.template.spec.containers[web].args[0]')).toBe(true);
    expect(isHeld('spec.template.spec.containers[web].ports[containerPort=80].containerPort')).toBe(true);
    expect(isHeld('spec.template.spec.containers[web].name')).toBe(false);
    expect(isHeld('spec.template.spec.containers[proxy].image')).toBe(false);
    expect(isHeld('spec.replicas')).toBe(false);
  });
});
