import { expect, it } from 'vitest';
import { readApprovalGates } from './approval-gates.ts';

it('reads the gates on which people decide, and leaves the others', () => {
  const approval = { type: 'approval', people: ['ada'], count: 1 };
  expect(readApprovalGates([{ type: 'ready' }, approval, { type: 'of a newer version' }])).toEqual([
    approval,
  ]);
});

it.each([{}, { count: 0 }, { count: 1, people: 'ada' }, { count: '1' }])(
  'does not take a gate that it cannot read for one that everybody passes: %j',
  (rest) => {
    expect(() => readApprovalGates([{ type: 'approval', ...rest }])).toThrow();
  },
);
