import { expect, it } from 'vitest';
import { parseYaml, placeInYaml } from './index.ts';

const TEXT = `# first
a: 1
---
b:
  - x: 2
    y: [3, { z: 4 }]
  - w
c:
  "d e": 5
`;

const [, second] = parseYaml(TEXT, { file: 'f.yaml' });
const at = (...path: (string | number)[]) => {
  const { file, line, column } = placeInYaml(TEXT, second!, path);
  return `${file}:${line}:${column}`;
};

it('finds the line of a key, of an item, and of what lies in flow style', () => {
  expect(at('b')).toBe('f.yaml:4:1');
  expect(at('b', 0, 'y')).toBe('f.yaml:6:5');
  expect(at('b', 0, 'y', 1, 'z')).toBe('f.yaml:6:14');
  expect(at('b', 1)).toBe('f.yaml:7:5');
});

it('stays at the last part that is there', () => {
  expect(at('c', 'missing', 'deeper')).toBe('f.yaml:8:1');
  expect(at('b', 7)).toBe('f.yaml:4:1');
  expect(at('missing')).toBe('f.yaml:4:1');
});
