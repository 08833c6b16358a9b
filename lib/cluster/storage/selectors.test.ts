import { expect, test } from 'vitest';
import { parseLabelSelector } from './label-selector.ts';

const labels = { app: 'web', tier: 'front', 'example.org/size': '5' };

test.each([
  ['', true],
  ['app=web', true],
  ['app==web,tier=front', true],
  ['app!=web', false],
  ['missing!=x', true],
  ['app in (web, api)', true],
  ['app notin (web)', false],
  ['missing notin (x)', true],
  ['app', true],
  ['!app', false],
  ['!missing', true],
  ['app in (a,b),tier', false],
  ['example.org/size>4', true],
  ['example.org/size<4', false],
  ['missing=', false],
])('%j selects: %s', (selector, selects) => {
  expect(parseLabelSelector(selector)(labels)).toBe(selects);
});

test.each(['a b', '=x', 'app in web', 'a=b=c', 'app in (web', '!'])('%j is no selector', (selector) => {
  expect(() => parseLabelSelector(selector)).toThrow(/unable to parse requirement/);
});
