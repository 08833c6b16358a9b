/** Fields that can have a few values only, which the documents of the schemas say in prose (pkg/apis, each validation
 * package). What is here is refused by every release that has the field. */
import type { Judgement } from '../judgement.ts';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const VOLUME_MODES = ['Block', 'Filesystem'];
const UPDATES = ['OnDelete', 'RollingUpdate'];
const CLAIMS = ['Delete', 'Retain'];
const RBAC = ['rbac.authorization.k8s.io'];
const FAILURES = ['Fail', 'Ignore'];
const MATCHES = ['Equivalent', 'Exact'];
const SELECTIONS = ['Disabled', 'Max', 'Min'];
const SECCOMP = ['Localhost', 'RuntimeDefault', 'Unconfined'];

/** By kind, by path; `[]` stands for every item. */
export const ENUMS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'v1 Service': {
    'spec.internalTrafficPolicy': ['Cluster', 'Local'],
    'spec.externalTrafficPolicy': ['Cluster', 'Local'],
    'spec.ipFamilyPolicy': ['PreferDualStack', 'RequireDualStack', 'SingleStack'],
  },
  'v1 PersistentVolume': {
    'spec.persistentVolumeReclaimPolicy': ['Delete', 'Recycle', 'Retain'],
    'spec.volumeMode': VOLUME_MODES,
    'spec.accessModes[]': ACCESS_MODES,
  },
  'v1 PersistentVolumeClaim': { 'spec.volumeMode': VOLUME_MODES },
  'apps/v1 StatefulSet': {
    'spec.podManagementPolicy': ['OrderedReady', 'Parallel'],
    'spec.updateStrategy.type': UPDATES,
    'spec.persistentVolumeClaimRetentionPolicy.whenDeleted': CLAIMS,
    'spec.persistentVolumeClaimRetentionPolicy.whenScaled': CLAIMS,
    'spec.volumeClaimTemplates[].spec.accessModes[]': ACCESS_MODES,
  },
  'apps/v1 DaemonSet': { 'spec.updateStrategy.type': UPDATES },
  'batch/v1 Job': { 'spec.completionMode': ['Indexed', 'NonIndexed'] },
  'batch/v1 CronJob': { 'spec.jobTemplate.spec.completionMode': ['Indexed', 'NonIndexed'] },
  'autoscaling/v2 HorizontalPodAutoscaler': {
    'spec.metrics[].type': ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'],
    'spec.behavior.scaleUp.selectPolicy': SELECTIONS,
    'spec.behavior.scaleDown.selectPolicy': SELECTIONS,
  },
  'policy/v1 PodDisruptionBudget': {
    'spec.unhealthyPodEvictionPolicy': ['AlwaysAllow', 'IfHealthyBudget'],
  },
  'networking.k8s.io/v1 NetworkPolicy': {
    'spec.policyTypes[]': ['Egress', 'Ingress'],
    'spec.ingress[].ports[].protocol': PROTOCOLS,
    'spec.egress[].ports[].protocol': PROTOCOLS,
  },
  'networking.k8s.io/v1 IngressClass': { 'spec.parameters.scope': ['Cluster', 'Namespace'] },
  'discovery.k8s.io/v1 EndpointSlice': {
    addressType: ['FQDN', 'IPv4', 'IPv6'],
    'ports[].protocol': PROTOCOLS,
  },
  'storage.k8s.io/v1 StorageClass': {
    reclaimPolicy: CLAIMS,
    volumeBindingMode: ['Immediate', 'WaitForFirstConsumer'],
  },
  'scheduling.k8s.io/v1 PriorityClass': { preemptionPolicy: ['Never', 'PreemptLowerPriority'] },
  'rbac.authorization.k8s.io/v1 RoleBinding': { 'roleRef.apiGroup': RBAC },
  'rbac.authorization.k8s.io/v1 ClusterRoleBinding': { 'roleRef.apiGroup': RBAC },
  'admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration': {
    'webhooks[].failurePolicy': FAILURES,
    'webhooks[].matchPolicy': MATCHES,
  },
  'admissionregistration.k8s.io/v1 MutatingWebhookConfiguration': {
    'webhooks[].failurePolicy': FAILURES,
    'webhooks[].matchPolicy': MATCHES,
    'webhooks[].reinvocationPolicy': ['IfNeeded', 'Never'],
  },
  'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy': {
    'spec.failurePolicy': FAILURES,
    'spec.matchConstraints.matchPolicy': MATCHES,
  },
  'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding': {
    'spec.validationActions[]': ['Audit', 'Deny', 'Warn'],
  },
};

/** Of pods, below their spec. */
export const POD_ENUMS: Readonly<Record<string, readonly string[]>> = {
  preemptionPolicy: ['Never', 'PreemptLowerPriority'],
  'securityContext.fsGroupChangePolicy': ['Always', 'OnRootMismatch'],
  'securityContext.seccompProfile.type': SECCOMP,
  'containers[].terminationMessagePolicy': ['FallbackToLogsOnError', 'File'],
  'containers[].securityContext.seccompProfile.type': SECCOMP,
  'containers[].volumeMounts[].mountPropagation': ['Bidirectional', 'HostToContainer', 'None'],
};

interface Field {
  /** Names of fields; undefined stands for every item of a list. */
  readonly steps: readonly (string | undefined)[];
  readonly allowed: readonly string[];
}

const compiled = new Map<Readonly<Record<string, readonly string[]>>, readonly Field[]>();

function fieldsOf(table: Readonly<Record<string, readonly string[]>>): readonly Field[] {
  const known = compiled.get(table);
  if (known) return known;
  const fields = Object.entries(table).map(([path, allowed]) => ({
    steps: path
      .split('.')
      .flatMap((step) => step.split('[]').map((name) => (name === '' ? undefined : name))),
    allowed,
  }));
  compiled.set(table, fields);
  return fields;
}

/** Judges the fields of a table below a value. Where nothing is wrong, nothing is allocated.
 * @param at path of the value; empty for the object itself */
export function judgeEnums(
  judgement: Judgement,
  table: Readonly<Record<string, readonly string[]>>,
  value: unknown,
  at: string,
): void {
  const fields = fieldsOf(table);
  for (let i = 0; i < fields.length; i += 1) {
    indexes.length = 0;
    judgeField(judgement, fields[i]!, 0, value, at); // i < length
  }
}

/** Of the lists on the way to a field. */
const indexes: number[] = [];

function judgeField(judgement: Judgement, field: Field, step: number, value: unknown, at: string): void {
  const { steps, allowed } = field;
  if (step === steps.length) {
    // The server fills in a value that is empty.
    if (typeof value !== 'string' || value === '' || allowed.includes(value)) return;
    judgement.refuse(pathTo(steps, at), `is ${JSON.stringify(value)}; it can be ${allowed.join(', ')}`);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const name = steps[step];
  if (name !== undefined) {
    const fields = value as Readonly<Record<string, unknown>>; // of a field that is no list
    if (Object.hasOwn(fields, name)) judgeField(judgement, field, step + 1, fields[name], at);
  } else if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) {
      indexes.push(i);
      judgeField(judgement, field, step + 1, value[i], at);
      indexes.pop();
    }
  }
}

function pathTo(steps: Field['steps'], at: string): string {
  let list = 0;
  const below = steps.map((name) => (name === undefined ? `[${indexes[list++]}]` : `.${name}`)).join('');
  return at === '' ? below.slice(1) : `${at}${below}`;
}
