import { beforeAll, describe, expect, it } from 'vitest';

it('passes', () => {});
it('fails', () => {
  expect(1).toBe(2);
});
it('is skipped when it runs', ({ skip }) => {
  skip('no such thing here');
});
describe('with a hook that fails', () => {
  beforeAll(() => {
    throw new Error('the hook failed');
  });
  it('does not run', () => {});
});
