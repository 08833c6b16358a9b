/** How fast an autoscaler goes up and down (autoscaling/validation). */
import { parseQuantity } from '../objects/index.ts';
import {
  enumErrors,
  type FieldError,
  type Fields,
  invalidValue,
  notSupported,
  required,
} from './field-errors.ts';

const LONGEST = { window: 3600, period: 1800 };
const SELECTIONS = ['Disabled', 'Max', 'Min'];
const TYPES = ['Percent', 'Pods'];

/** @param rules `scaleUp` or `scaleDown` of an autoscaler's behavior */
export function scalingErrors(rules: Fields, at: string): FieldError[] {
  if (!rules) return [];
  const { stabilizationWindowSeconds: window, tolerance } = rules;
  const policies: readonly Fields[] | null | undefined = rules.policies;
  return [
    ...windowErrors(window, `${at}.stabilizationWindowSeconds`),
    ...enumErrors(rules.selectPolicy, SELECTIONS, `${at}.selectPolicy`),
    ...(policies?.length === 0 ? [required(`${at}.policies`, 'must specify at least one Policy')] : []),
    ...(policies ?? []).flatMap((policy, i) => policyErrors(policy, `${at}.policies[${i}]`)),
    ...(tolerance != null && (parseQuantity(String(tolerance)) ?? 0n) < 0n
      ? [invalidValue(`${at}.tolerance`, tolerance, 'must be greater than or equal to 0')]
      : []),
  ];
}

function windowErrors(seconds: number | null | undefined, field: string): FieldError[] {
  if (seconds == null) return [];
  const most = LONGEST.window;
  return [
    ...(seconds < 0 ? [invalidValue(field, seconds, 'must be greater than or equal to zero')] : []),
    ...(seconds > most ? [invalidValue(field, seconds, `must be less than or equal to ${most}`)] : []),
  ];
}

function policyErrors({ type = '', value = 0, periodSeconds: period = 0 }: Fields, at: string): FieldError[] {
  return [
    ...(TYPES.includes(type) ? [] : [notSupported(`${at}.type`, type, TYPES)]),
    ...(value > 0 ? [] : [invalidValue(`${at}.value`, value, 'must be greater than zero')]),
    ...(period > 0 ? [] : [invalidValue(`${at}.periodSeconds`, period, 'must be greater than zero')]),
    ...(period > LONGEST.period
      ? [invalidValue(`${at}.periodSeconds`, period, `must be less than or equal to ${LONGEST.period}`)]
      : []),
  ];
}
