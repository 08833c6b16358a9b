import { expect, it } from 'vitest';
import { checkDesired } from './check-desired.ts';

const application = (name: string) => ({ name, dependsOn: [], edges: [], objects: [], load: async () => [] });

it.each([
  ['web', []],
  ['Web_1.x', []],
  ['a b', ['INVALID_APPLICATION_NAME']],
  ['', ['INVALID_APPLICATION_NAME']],
  ['-web', ['INVALID_APPLICATION_NAME']],
  ['x'.repeat(64), ['INVALID_APPLICATION_NAME']],
])('%j can be the name of an application, or is refused with a code', (name, codes) => {
  expect(checkDesired([application(name)]).map(({ code }) => code)).toEqual(codes);
});
