import { conditionsOf } from '../fields.ts';
import type { HealthRule } from '../health.ts';
import { current, failed, inProgress } from '../health.ts';

export const customResourceDefinition: HealthRule = (object) => {
  for (const { type, status, reason, message } of conditionsOf(object)) {
    if (type === 'NamesAccepted' && status === 'False') return failed(reason, message);
    if (type !== 'Established') continue;
    if (status === 'True') return current('established');
    if (status === 'False' && reason !== 'Installing') return failed(reason, message);
  }
  return inProgress('Installing', 'being installed');
};
