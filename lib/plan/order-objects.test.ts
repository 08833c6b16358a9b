import { describe, expect, it } from 'vitest';
import type { DesiredApplication, ObjectKey } from '../objects/index.ts';
import { formatKey } from '../objects/index.ts';
import type { FoundEdge } from './edges/index.ts';
import { KeyIndex } from './key-index.ts';
import { type ObjectOrder, orderObjects } from './order-objects.ts';

const key = (name: string): ObjectKey => ({ group: '', kind: 'ConfigMap', namespace: 'x', name });
const needs = (from: string, to: string, isVital = false) => ({
  from: key(from),
  to: key(to),
  until: 'present' as const,
  isVital,
});
type Needs = ReturnType<typeof needs>;
const application = (name: string, dependsOn: readonly string[], names: readonly string[]) =>
  ({
    name,
    dependsOn,
    edges: [],
    objects: names.map((one) => ({ key: key(one) })),
    load: async () => [],
    // Ordering looks at nothing but the keys of objects.
  }) as unknown as DesiredApplication;

function order(
  applications: readonly DesiredApplication[],
  { declared = [], found = [], created = [] }: { declared?: Needs[]; found?: Needs[]; created?: string[] },
): ObjectOrder {
  const objects = new KeyIndex(applications.flatMap((one) => one.objects.map((object) => object.key)));
  const nameOf = (object: number) => objects.keys[object]!.name;
  return orderObjects({
    objects,
    declared: declared.map(({ from, to, until }) => ({ from, to, until })),
    found: found.map(
      (edge): FoundEdge => ({
        ...edge,
        from: objects.find(edge.from)!,
        to: objects.find(edge.to)!,
      }),
    ),
    applications,
    isNew: (object) => created.includes(nameOf(object)),
    describe: (object) => `path/of/${nameOf(object)}`,
  });
}

const names = ({ edges }: ObjectOrder) => edges.map(({ from, to }) => `${from.name} after ${to.name}`);

describe('the order of objects', () => {
  const one = application('one', [], ['a']);
  const two = application('two', ['one'], ['b']);

  it('drops a found edge that goes against the order of applications, and says which circle it would close', () => {
    const against = order([one, two], { found: [needs('a', 'b')] });
    expect(against.edges).toEqual([]);
    expect(against.dropped.map(({ from, to, circle }) => [from.name, to.name, circle])).toEqual([
      ['a', 'b', 'path/of/a → path/of/b → application one → path/of/a'],
    ]);
    const along = order([one, two], { found: [needs('b', 'a')] });
    expect(names(along)).toEqual(['b after a']);
    expect(along.dropped).toEqual([]);
  });

  it('refuses a declared edge that goes against the order of applications', () => {
    expect(() => order([one, two], { declared: [needs('a', 'b')] })).toThrow('application one');
  });

  it('refuses applications that wait for each other, also by way of one without objects', () => {
    const circle = [
      application('one', ['two'], ['a']),
      application('two', ['three'], []),
      application('three', ['one'], ['c']),
    ];
    expect(() => order(circle, {})).toThrow('application two → application three → application one');
  });

  it('keeps declared edges to objects outside of the plan', () => {
    const outside = order([one], { declared: [needs('a', 'elsewhere')] });
    expect(names(outside)).toEqual(['a after elsewhere']);
  });

  it('refuses to make what an object cannot be without after the object itself', () => {
    const both = [application('web', [], ['space', 'inside'])];
    const impossible = { declared: [needs('space', 'inside')], found: [needs('inside', 'space', true)] };
    expect(() => order(both, { ...impossible, created: ['space'] })).toThrow(
      /circle: path\/of\/(inside → path\/of\/space → path\/of\/inside|space → path\/of\/inside → path\/of\/space)/,
    );
    // What is there already can be waited for or not.
    expect(names(order(both, impossible))).toEqual(['space after inside']);
  });

  it('gives back no more of an edge than its ends and what it waits for', () => {
    const [edge] = order([application('web', [], ['a', 'b'])], { found: [needs('a', 'b', true)] }).edges;
    expect(edge).toEqual({ from: key('a'), to: key('b'), until: 'present' });
  });

  it('tells keys apart by all their parts', () => {
    const index = new KeyIndex([
      key('a'),
      { ...key('a'), namespace: '' },
      { ...key('a'), group: 'g' },
      key('a'),
    ]);
    expect(index.keys.map(formatKey)).toEqual(['ConfigMap x/a', 'ConfigMap a', 'ConfigMap.g x/a']);
    expect(index.find({ ...key('a'), kind: 'Secret' })).toBeUndefined();
    expect(index.find({ ...key('a'), group: 'g' })).toBe(2);
  });
});
