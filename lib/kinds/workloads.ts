/** Workloads of the apps group. */
import { type KubernetesObject, selectorMatches } from '../objects/index.ts';
import { amountErrors } from './amount.ts';
import {
  type FieldError,
  type Fields,
  forbidden,
  invalidValue,
  notSupported,
  required,
} from './field-errors.ts';
import { podTemplateErrors } from './pod/spec.ts';
import { selectorErrors } from './selector.ts';
import { claimErrors } from './storage.ts';

export function deploymentErrors(object: KubernetesObject): FieldError[] {
  const strategy = object.spec.strategy ?? {};
  return [
    ...replicasErrors(object),
    ...templateErrors(object),
    ...(strategy.type === 'Recreate' && strategy.rollingUpdate
      ? [forbidden('spec.strategy.rollingUpdate', "may not be specified when strategy `type` is 'Recreate'")]
      : []),
    ...rolloutErrors(strategy.rollingUpdate),
  ];
}

export function replicaSetErrors(object: KubernetesObject): FieldError[] {
  return [...replicasErrors(object), ...templateErrors(object)];
}

export function daemonSetErrors(object: KubernetesObject): FieldError[] {
  return templateErrors(object);
}

export function statefulSetErrors(object: KubernetesObject): FieldError[] {
  const claims: readonly Fields[] = object.spec.volumeClaimTemplates ?? [];
  return [
    ...replicasErrors(object),
    ...templateErrors(object),
    ...claims.flatMap((claim, i) => claimErrors(claim.spec ?? {}, `spec.volumeClaimTemplates[${i}].spec`)),
  ];
}

/** Errors of `spec.selector` and `spec.template`, which must fit each other. */
function templateErrors(
  object: KubernetesObject,
  restartPolicies: readonly string[] = ['Always'],
): FieldError[] {
  const { selector, template } = object.spec;
  const errors: FieldError[] = [];
  const isEmpty = !selector || (!selector.matchLabels && !selector.matchExpressions);
  if (!selector) errors.push(required('spec.selector'));
  else errors.push(...selectorErrors(selector, 'spec.selector'));
  if (selector && isEmpty) {
    errors.push(
      invalidValue(
        'spec.selector',
        {},
        object.kind === 'DaemonSet' || object.kind === 'StatefulSet'
          ? `empty selector is invalid for ${object.kind.toLowerCase()}`
          : `empty selector is invalid for ${object.kind === 'ReplicaSet' ? 'replica set' : 'deployment'}`,
      ),
    );
  }
  const labels = template?.metadata?.labels ?? {};
  // No selector at all selects nothing.
  if (!selector || (!isEmpty && !selectorMatches(selector, labels))) {
    errors.push(
      invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'),
    );
  }
  const claims: readonly Fields[] = object.spec.volumeClaimTemplates ?? [];
  const claimed = claims.map((claim) => claim.metadata?.name ?? '');
  errors.push(...podTemplateErrors(template, 'spec.template', claimed));
  if (template?.spec?.activeDeadlineSeconds != null) {
    const kind = object.kind === 'Deployment' ? 'ReplicaSet' : object.kind;
    errors.push(
      forbidden(
        'spec.template.spec.activeDeadlineSeconds',
        `activeDeadlineSeconds in ${kind} is not Supported`,
      ),
    );
  }
  const policy = template?.spec?.restartPolicy;
  if (policy !== undefined && !restartPolicies.includes(policy)) {
    errors.push(notSupported('spec.template.spec.restartPolicy', policy, restartPolicies));
  }
  return errors;
}

function replicasErrors(object: KubernetesObject): FieldError[] {
  return object.spec.replicas < 0
    ? [invalidValue('spec.replicas', object.spec.replicas, 'must be greater than or equal to 0')]
    : [];
}

/** A rollout that may neither add nor take a pod never moves. */
function rolloutErrors(rollout: Fields): FieldError[] {
  if (!rollout) return [];
  const at = 'spec.strategy.rollingUpdate';
  const { maxUnavailable, maxSurge } = rollout;
  return [
    ...amountErrors(maxUnavailable, `${at}.maxUnavailable`),
    ...amountErrors(maxSurge, `${at}.maxSurge`, { upTo100Percent: false }),
    ...(isZero(maxUnavailable) && isZero(maxSurge)
      ? [invalidValue(`${at}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0')]
      : []),
  ];
}

function isZero(amount: number | string): boolean {
  return amount === 0 || amount === '0%';
}
