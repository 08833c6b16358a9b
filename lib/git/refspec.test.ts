import { expect, test } from 'vitest';
import { parseRefspec, targetOf } from './refspec.ts';

test.each([
  ['+refs/heads/*:refs/remotes/origin/*', 'refs/heads/a/b', 'refs/remotes/origin/a/b'],
  ['refs/heads/*:refs/x/*/y', 'refs/heads/a', 'refs/x/a/y'],
  ['refs/pull/*/head:refs/pulls/*', 'refs/pull/12/head', 'refs/pulls/12'],
  ['refs/heads/*:refs/x/*', 'refs/heads/$&', 'refs/x/$&'],
  ['refs/heads/main:refs/heads/main', 'refs/heads/main', 'refs/heads/main'],
  ['refs/heads/main:refs/heads/main', 'refs/heads/main2', undefined],
  ['refs/pull/*/head:refs/pulls/*', 'refs/pull/12/merge', undefined],
  ['refs/aa*aa:refs/x/*', 'refs/aaa', undefined],
  ['refs/heads/main', 'refs/heads/main', undefined],
])('%s takes %s to %s', (refspec, ref, target) => {
  expect(targetOf(parseRefspec(refspec), ref)).toBe(target);
});

test.each([
  '--upload-pack=x',
  'main',
  'refs/heads/a:b',
  'refs/heads/*:refs/x/y',
  'refs/heads/a:refs/heads/b:refs/heads/c',
  'refs/heads/a\nb:refs/heads/a',
  'refs/heads/../x:refs/heads/a',
  '',
])('%j is no refspec', (refspec) => {
  expect(() => parseRefspec(refspec)).toThrow(expect.objectContaining({ code: 'INVALID_REF_NAME' }));
});
