/** How workloads replace their pods (apps/validation). */
import { type Amount, amountErrors, isNoAmount } from './amount.ts';
import {
  type FieldError,
  type Fields,
  forbidden,
  invalidValue,
  notNegative,
  notSupported,
  required,
} from './field-errors.ts';

/** What the server fills in. */
const DEPLOYED: Amount = '25%';
const DAEMONS = { maxUnavailable: 1, maxSurge: 0 };

export function deploymentStrategyErrors(strategy: Fields, path: string): FieldError[] {
  switch (strategy?.type || 'RollingUpdate') {
    case 'Recreate':
      return strategy.rollingUpdate
        ? [forbidden(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")]
        : [];
    case 'RollingUpdate':
      return strategy?.rollingUpdate ? rollingErrors(strategy.rollingUpdate, `${path}.rollingUpdate`) : [];
    default:
      return [notSupported(path, strategy, ['Recreate', 'RollingUpdate'])];
  }
}

/** A rollout that may neither add nor take a pod never moves. */
function rollingErrors(rolling: Fields, at: string): FieldError[] {
  const maxUnavailable: Amount = rolling.maxUnavailable ?? DEPLOYED;
  const maxSurge: Amount = rolling.maxSurge ?? DEPLOYED;
  return [
    ...amountErrors(maxUnavailable, `${at}.maxUnavailable`),
    ...amountErrors(maxSurge, `${at}.maxSurge`, { upTo100Percent: false }),
    ...(isNoAmount(maxUnavailable) && isNoAmount(maxSurge)
      ? [invalidValue(`${at}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0')]
      : []),
  ];
}

export function daemonSetUpdateErrors(strategy: Fields, path: string): FieldError[] {
  switch (strategy?.type || 'RollingUpdate') {
    case 'OnDelete':
      return [];
    case 'RollingUpdate':
      return strategy?.rollingUpdate
        ? rollingDaemonErrors(strategy.rollingUpdate, `${path}.rollingUpdate`)
        : [];
    default:
      return [notSupported(path, strategy, ['RollingUpdate', 'OnDelete'])];
  }
}

/** A daemon is replaced either before its successor runs or after it. */
function rollingDaemonErrors(rolling: Fields, at: string): FieldError[] {
  const maxUnavailable: Amount = rolling.maxUnavailable ?? DAEMONS.maxUnavailable;
  const maxSurge: Amount = rolling.maxSurge ?? DAEMONS.maxSurge;
  const [takes, adds] = [!isNoAmount(maxUnavailable), !isNoAmount(maxSurge)];
  return [
    ...amountErrors(maxUnavailable, `${at}.maxUnavailable`),
    ...amountErrors(maxSurge, `${at}.maxSurge`),
    ...(takes && adds
      ? [invalidValue(`${at}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero')]
      : []),
    ...(takes || adds ? [] : [required(`${at}.maxUnavailable`, 'cannot be 0 when maxSurge is 0')]),
  ];
}

export function statefulSetUpdateErrors(strategy: Fields, path: string): FieldError[] {
  const rolling = strategy?.rollingUpdate;
  switch (strategy?.type || 'RollingUpdate') {
    case 'OnDelete':
      return rolling
        ? [invalidValue(`${path}.rollingUpdate`, rolling, "only allowed for updateStrategy 'RollingUpdate'")]
        : [];
    case 'RollingUpdate':
      return notNegative(rolling?.partition, `${path}.rollingUpdate.partition`);
    default:
      return [invalidValue(path, strategy, "must be 'RollingUpdate' or 'OnDelete'")];
  }
}
