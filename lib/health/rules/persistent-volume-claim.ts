import { stringAt } from '../fields.ts';
import type { HealthRule } from '../health.ts';
import { current, inProgress } from '../health.ts';

export const persistentVolumeClaim: HealthRule = (object) => {
  const phase = stringAt(object, 'status.phase', 'unknown');
  return phase === 'Bound' ? current('bound') : inProgress('NotBound', `not bound, phase: ${phase}`);
};
