/** Workloads of the apps group. */
import { type KubernetesObject, selectorMatches } from '../objects/index.ts';
import {
  enumErrors,
  type FieldError,
  type Fields,
  forbidden,
  invalidValue,
  notNegative,
  notSupported,
  required,
} from './field-errors.ts';
import { podTemplateErrors } from './pod/spec.ts';
import { daemonSetUpdateErrors, deploymentStrategyErrors, statefulSetUpdateErrors } from './rollout.ts';
import { isEmptySelector, selectorErrors } from './selector.ts';
import { claimErrors } from './storage.ts';

export function deploymentErrors({ spec }: KubernetesObject): FieldError[] {
  return [
    ...notNegative(spec.replicas, 'spec.replicas'),
    ...selectedErrors(spec, 'deployment', 'ReplicaSet'),
    ...deploymentStrategyErrors(spec.strategy, 'spec.strategy'),
    ...notNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...notNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
    ...deadlineErrors(spec),
  ];
}

/** What the server fills in. */
const DEADLINE = 600;

function deadlineErrors({ progressDeadlineSeconds, minReadySeconds }: Fields): FieldError[] {
  const field = 'spec.progressDeadlineSeconds';
  const deadline: number = progressDeadlineSeconds ?? DEADLINE;
  return [
    ...notNegative(deadline, field),
    ...(deadline <= (minReadySeconds ?? 0)
      ? [invalidValue(field, deadline, 'must be greater than minReadySeconds')]
      : []),
  ];
}

export function replicaSetErrors({ spec }: KubernetesObject): FieldError[] {
  return [
    ...notNegative(spec.replicas, 'spec.replicas'),
    ...notNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    // The server calls it so.
    ...selectedErrors(spec, 'deployment', 'ReplicaSet'),
  ];
}

export function daemonSetErrors({ spec }: KubernetesObject): FieldError[] {
  return [
    ...selectedErrors(spec, 'daemonset', 'DaemonSet'),
    ...notNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...daemonSetUpdateErrors(spec.updateStrategy, 'spec.updateStrategy'),
    ...notNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
  ];
}

const CLAIM_POLICIES = ['Retain', 'Delete'];

export function statefulSetErrors({ spec }: KubernetesObject): FieldError[] {
  const claims: readonly Fields[] = spec.volumeClaimTemplates ?? [];
  const policy = spec.podManagementPolicy || 'OrderedReady';
  const retention = spec.persistentVolumeClaimRetentionPolicy;
  return [
    ...(policy === 'OrderedReady' || policy === 'Parallel'
      ? []
      : [invalidValue('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'")]),
    ...statefulSetUpdateErrors(spec.updateStrategy, 'spec.updateStrategy'),
    ...['whenDeleted', 'whenScaled'].flatMap((when) =>
      enumErrors(
        retention?.[when] || undefined,
        CLAIM_POLICIES,
        `spec.persistentVolumeClaimRetentionPolicy.${when}`,
      ),
    ),
    ...claims.flatMap((claim, i) => claimErrors(claim.spec ?? {}, `spec.volumeClaimTemplates[${i}].spec`)),
    ...notNegative(spec.replicas, 'spec.replicas'),
    ...notNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...notNegative(spec.ordinals?.start, 'spec.ordinals.start'),
    ...selectedErrors(
      { ...spec, template: { ...spec.template, spec: statefulPodSpec(spec) } },
      'statefulset',
      'StatefulSet',
    ),
  ];
}

/** The spec of a pod as the set makes it of its template: with volumes of its claims in front, which hide the template's
 * of the same names, and names of its own. */
function statefulPodSpec({ template, volumeClaimTemplates }: Fields): Fields {
  const spec = template?.spec ?? {};
  const claims = new Set<string>((volumeClaimTemplates ?? []).map((claim: Fields) => claim.metadata?.name));
  if (claims.size === 0 && !spec.hostname && !spec.subdomain) return spec;
  return {
    ...spec,
    hostname: undefined,
    subdomain: undefined,
    volumes: [
      ...[...claims].map((name) => ({ name, persistentVolumeClaim: { claimName: name } })),
      ...(spec.volumes ?? []).filter((volume: Fields) => !claims.has(volume.name)),
    ],
  };
}

/** Errors of `spec.selector` and `spec.template`, which must fit each other.
 * @param called what the server calls the kind where its selector is empty
 * @param of what kind the server takes the template to be */
function selectedErrors(
  { selector, template }: Fields,
  called: string,
  of: 'DaemonSet' | 'ReplicaSet' | 'StatefulSet',
): FieldError[] {
  const unreadable = selectorErrors(selector, 'spec.selector');
  const errors = [...unreadable];
  if (!selector && of !== 'DaemonSet') errors.push(required('spec.selector'));
  const isEmpty = selector && isEmptySelector(selector);
  if (isEmpty) errors.push(invalidValue('spec.selector', {}, `empty selector is invalid for ${called}`));
  const isReadable = unreadable.length === 0;
  if (!isReadable && of !== 'DaemonSet') {
    // The template is not looked at.
    errors.push(invalidValue('spec.selector', selector, of === 'ReplicaSet' ? 'invalid label selector' : ''));
    return [...errors, ...(of === 'StatefulSet' ? foreverErrors(template, of) : [])];
  }
  const labels = template?.metadata?.labels ?? {};
  // No selector at all selects nothing.
  if (isReadable && !isEmpty && !(selector && selectorMatches(selector, labels))) {
    errors.push(
      invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'),
    );
  }
  return [...errors, ...podTemplateErrors(template, 'spec.template'), ...foreverErrors(template, of)];
}

/** These pods are started again whenever they end. */
function foreverErrors(template: Fields, of: string): FieldError[] {
  const policy = template?.spec?.restartPolicy;
  return [
    ...(policy && policy !== 'Always'
      ? [notSupported('spec.template.spec.restartPolicy', policy, ['Always'])]
      : []),
    ...(template?.spec?.activeDeadlineSeconds != null
      ? [
          forbidden(
            'spec.template.spec.activeDeadlineSeconds',
            `activeDeadlineSeconds in ${of} is not Supported`,
          ),
        ]
      : []),
  ];
}
