import { describe, expect, it } from 'vitest';
import {
  comparePaths,
  type FieldPath,
  fieldElement,
  fieldPath,
  formatCausePath,
  formatPath,
  indexElement,
  keyElement,
  valueElement,
} from './index.ts';

const IMAGE: FieldPath = [
  ...fieldPath('spec', 'containers'),
  keyElement({ name: 'web' }),
  fieldElement('image'),
];

describe('a field path', () => {
  it.each<[FieldPath, string, string]>([
    [fieldPath('spec', 'replicas'), 'spec.replicas', '.spec.replicas'],
    [IMAGE, 'spec.containers[name=web].image', '.spec.containers[name="web"].image'],
    [
      [fieldElement('ports'), keyElement({ protocol: 'TCP', port: 80 })],
      'ports[port=80,protocol=TCP]',
      '.ports[port=80,protocol="TCP"]',
    ],
    [[fieldElement('tags'), valueElement('a b')], 'tags[="a b"]', '.tags[="a b"]'],
    [[fieldElement('tags'), valueElement('')], 'tags[=""]', '.tags[=""]'],
    [[fieldElement('args'), indexElement(0)], 'args[0]', '.args[0]'],
    [fieldPath('data', 'app.conf'), 'data["app.conf"]', '.data.app.conf'],
    [
      fieldPath('metadata', 'annotations', 'a.b/c'),
      'metadata.annotations["a.b/c"]',
      '.metadata.annotations.a.b/c',
    ],
    [[], '', ''],
  ])('%# is written for people and for the API', (path, people, api) => {
    expect(formatPath(path)).toBe(people);
    expect(formatCausePath(path)).toBe(api);
  });

  it('comes before those below it', () => {
    const paths = [IMAGE, IMAGE.slice(0, 2), fieldPath('spec'), fieldPath('metadata')];
    expect(paths.sort(comparePaths).map(formatPath)).toEqual([
      'metadata',
      'spec',
      'spec.containers',
      'spec.containers[name=web].image',
    ]);
  });
});
