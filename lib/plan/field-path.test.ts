import { describe, expect, it } from 'vitest';
import type { FieldPath } from './field-path.ts';
import { fieldOf, formatPath, isWithin, itemsOf, valueAt, without } from './field-path.ts';

const OBJECT = {
  spec: {
    replicas: 2,
    template: {
      containers: [
        { name: 'web', image: 'x' },
        { name: 'side', image: 'y' },
      ],
    },
    only: { child: 1 },
  },
};
const image: FieldPath = [
  { field: 'spec' },
  { field: 'template' },
  { field: 'containers' },
  { key: { name: 'web' } },
  { field: 'image' },
];

describe('paths into objects', () => {
  it('are written as people write them', () => {
    expect(formatPath(image)).toBe('spec.template.containers[name=web].image');
    expect(formatPath([{ field: 'metadata' }, { field: 'labels' }, { field: 'a.b/c' }])).toBe(
      'metadata.labels["a.b/c"]',
    );
    expect(formatPath([{ field: 'args' }, { value: '--x' }])).toBe('args[="--x"]');
  });

  it('lead to values, or to nothing', () => {
    expect(valueAt(OBJECT, image)).toBe('x');
    expect(valueAt(OBJECT, [{ field: 'spec' }, { field: 'none' }, { field: 'such' }])).toBeUndefined();
    expect(fieldOf(OBJECT, 'spec', 'replicas')).toBe(2);
    expect(fieldOf(OBJECT, 'toString')).toBeUndefined();
    expect(itemsOf(OBJECT, 'spec', 'replicas')).toEqual([]);
  });

  it('can be cut out, with the maps that become empty', () => {
    const cut = without(OBJECT, [image, [{ field: 'spec' }, { field: 'only' }, { field: 'child' }]]);
    expect(cut).toEqual({
      spec: { replicas: 2, template: { containers: [{ name: 'web' }, { name: 'side', image: 'y' }] } },
    });
    expect(OBJECT.spec.only).toEqual({ child: 1 });
  });

  it('lie within each other when one begins with the other', () => {
    expect(isWithin(image, image.slice(0, 3))).toBe(true);
    expect(isWithin(image.slice(0, 3), image)).toBe(false);
    const byItem: FieldPath = [...image.slice(0, 3), { item: { name: 'web', image: 'z' } }];
    expect(isWithin(image, byItem)).toBe(true);
  });
});
