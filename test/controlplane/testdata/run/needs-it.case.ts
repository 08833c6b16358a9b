import { expect, it } from 'vitest';
import { describeOnControlPlane } from '../../suite.ts';

it('passes without a control plane', () => {});

describeOnControlPlane('on the control plane', (controlPlane) => {
  it('is answered', () => {
    expect(controlPlane().server).toMatch(/^https:/);
  });
  it('is answered again', () => {
    expect(controlPlane().nodes).toBe(true);
  });
});
