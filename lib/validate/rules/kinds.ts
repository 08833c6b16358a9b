/** What is checked of single kinds beyond their schema (pkg/apis, each validation package). */
import { scheduleProblem } from '../../kinds/index.ts';
import type { KubernetesObject } from '../../objects/index.ts';
import { type ObjectLabelSelector, selectorMatches } from '../../objects/index.ts';
import type { Judgement } from '../judgement.ts';
import { ENUMS, judgeEnums } from './enums.ts';
import { judgeLabels } from './metadata.ts';
import { isPort, judgePodSpec, oneOf, refusePort } from './pod.ts';
import { repeated } from './repeated.ts';

type Rule = (judgement: Judgement, object: KubernetesObject) => void;

const CONFIG_KEY = /^[-._a-zA-Z0-9]+$/;

/** A Deployment, StatefulSet, DaemonSet or ReplicaSet. */
const workload: Rule = (judgement, { spec }) => {
  if (typeof spec?.replicas === 'number' && spec.replicas < 0) {
    judgement.refuse('spec.replicas', `is ${spec.replicas}; it cannot be below 0`);
  }
  if (!spec?.template) return;
  const claimed: readonly string[] | undefined = spec.volumeClaimTemplates?.map(
    (claim: KubernetesObject | null) => claim?.metadata?.name,
  );
  judgeTemplate(judgement, spec.template, 'spec.template', claimed);
  const labels = spec.template.metadata?.labels ?? {};
  const isReadable = judgeSelector(judgement, spec.selector, 'spec.selector');
  if (spec.selector && isEmptySelector(spec.selector)) {
    judgement.refuse('spec.selector', 'is empty');
  } else if (isReadable && spec.selector && !selectorMatches(spec.selector, labels)) {
    judgement.refuse(
      'spec.selector',
      'does not select the labels of the template',
      `The template has ${
        Object.entries(labels)
          .map(([key, value]) => `${key}=${value}`)
          .join(', ') || 'no labels'
      }.`,
    );
  }
  const policy = spec.template.spec?.restartPolicy;
  if (policy && policy !== 'Always') {
    judgement.refuse('spec.template.spec.restartPolicy', `is ${policy}; it can only be Always here`);
  }
};

// biome-ignore lint/suspicious/noExplicitAny: the fields are those of the template's schema, which were checked before
function judgeTemplate(judgement: Judgement, template: any, at: string, claimed?: readonly string[]): void {
  judgeLabels(judgement, template.metadata?.labels, `${at}.metadata.labels`);
  if (template.spec) judgePodSpec(judgement, template.spec, `${at}.spec`, claimed);
}

const deployment: Rule = (judgement, object) => {
  workload(judgement, object);
  const strategy = object.spec?.strategy;
  oneOf(judgement, strategy?.type, ['Recreate', 'RollingUpdate'], 'spec.strategy', 'type');
  const { maxSurge, maxUnavailable } = strategy?.rollingUpdate ?? {};
  if (isNothing(maxSurge) && isNothing(maxUnavailable)) {
    judgement.refuse(
      'spec.strategy.rollingUpdate',
      'has nothing as maxSurge and as maxUnavailable: no pod could be replaced',
    );
  }
  if (strategy?.type === 'Recreate' && strategy.rollingUpdate) {
    judgement.refuse('spec.strategy.rollingUpdate', 'cannot be set where the type is Recreate');
  }
};

function isNothing(share: unknown): boolean {
  return share === 0 || share === '0%';
}

function isEmptySelector({ matchLabels, matchExpressions }: ObjectLabelSelector): boolean {
  return Object.keys(matchLabels ?? {}).length === 0 && !matchExpressions?.length;
}

/** @returns whether nothing is wrong with the selector by itself */
function judgeSelector(
  judgement: Judgement,
  selector: ObjectLabelSelector | undefined,
  field: string,
): boolean {
  const before = judgement.findings.length;
  judgeLabels(judgement, selector?.matchLabels, `${field}.matchLabels`);
  for (const [i, { operator, values }] of (selector?.matchExpressions ?? []).entries()) {
    const at = `${field}.matchExpressions[${i}]`;
    const takesValues = operator === 'In' || operator === 'NotIn';
    if (!takesValues && operator !== 'Exists' && operator !== 'DoesNotExist') {
      judgement.refuse(`${at}.operator`, `is "${operator}"; it can be In, NotIn, Exists, DoesNotExist`);
    } else if (takesValues && !values?.length) {
      judgement.refuse(`${at}.values`, `are missing; ${operator} needs some`);
    } else if (!takesValues && values?.length) {
      judgement.refuse(`${at}.values`, `cannot be set with ${operator}`);
    }
  }
  return judgement.findings.length === before;
}

const LONGEST_LABEL = 63;

const job: Rule = (judgement, { spec, metadata }) => {
  judgeJob(judgement, spec, 'spec');
  // The name is the value of a label of its pods.
  if (metadata.name.length > LONGEST_LABEL && spec?.manualSelector !== true) {
    judgement.refuse(
      'metadata.name',
      `has ${metadata.name.length} characters; at most ${LONGEST_LABEL} are allowed`,
    );
  }
};

// biome-ignore lint/suspicious/noExplicitAny: see judgeTemplate
function judgeJob(judgement: Judgement, spec: any, at: string): void {
  const template = spec?.template;
  if (!template) return;
  judgeTemplate(judgement, template, `${at}.template`);
  const policy = template.spec?.restartPolicy;
  if (policy !== 'OnFailure' && policy !== 'Never') {
    judgement.refuse(
      `${at}.template.spec.restartPolicy`,
      policy
        ? `is ${policy}; it can be OnFailure or Never here`
        : 'is missing; it can be OnFailure or Never here',
    );
  }
}

const cronJob: Rule = (judgement, { spec }) => {
  const problem = spec?.schedule ? scheduleProblem(spec.schedule) : undefined;
  if (problem !== undefined) judgement.refuse('spec.schedule', `is "${spec.schedule}": ${problem}`);
  oneOf(judgement, spec?.concurrencyPolicy, ['Allow', 'Forbid', 'Replace'], 'spec', 'concurrencyPolicy');
  if (spec?.jobTemplate?.spec) judgeJob(judgement, spec.jobTemplate.spec, 'spec.jobTemplate.spec');
};

const service: Rule = (judgement, { spec }) => {
  if (!spec) return;
  oneOf(judgement, spec.type, ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'], 'spec', 'type');
  if (spec.type === 'ExternalName' && !spec.externalName) {
    judgement.refuse('spec.externalName', 'is missing');
  }
  const ports: readonly { name?: string; port?: number; targetPort?: unknown; protocol?: string }[] =
    spec.ports ?? [];
  for (let i = 0; i < ports.length; i += 1) {
    const { name, port, targetPort, protocol } = ports[i]!; // i < length
    if (!isPort(port)) refusePort(judgement, port, `spec.ports[${i}].port`);
    if (typeof targetPort === 'number' && targetPort !== 0 && !isPort(targetPort)) {
      refusePort(judgement, targetPort, `spec.ports[${i}].targetPort`);
    }
    oneOf(judgement, protocol, ['TCP', 'UDP', 'SCTP'], `spec.ports[${i}]`, 'protocol');
    if (!name && ports.length > 1) {
      judgement.refuse(`spec.ports[${i}].name`, 'is missing; where there are several ports, each has a name');
    }
  }
  for (const i of repeated(ports, 'name')) {
    judgement.refuse(`spec.ports[${i}].name`, `is "${ports[i]?.name}", as that of another port`);
  }
  judgeLabels(judgement, spec.selector, 'spec.selector');
  oneOf(judgement, spec.sessionAffinity, ['ClientIP', 'None'], 'spec', 'sessionAffinity');
};

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

const persistentVolumeClaim: Rule = (judgement, { spec }) => {
  if (!spec?.accessModes?.length) judgement.refuse('spec.accessModes', 'are missing');
  for (const [i, mode] of (spec?.accessModes ?? []).entries()) {
    if (!ACCESS_MODES.includes(mode)) {
      judgement.refuse(`spec.accessModes[${i}]`, `is "${mode}"; it can be ${ACCESS_MODES.join(', ')}`);
    }
  }
  if (!isThere(spec?.resources?.requests?.storage)) {
    judgement.refuse('spec.resources.requests.storage', 'is missing');
  }
};

const horizontalPodAutoscaler: Rule = (judgement, { spec }) => {
  const { minReplicas, maxReplicas } = spec ?? {};
  if (typeof minReplicas !== 'number' || typeof maxReplicas !== 'number' || minReplicas <= maxReplicas)
    return;
  judgement.refuse('spec.maxReplicas', `is ${maxReplicas}, which is less than minReplicas, ${minReplicas}`);
};

const podDisruptionBudget: Rule = (judgement, { spec }) => {
  judgeSelector(judgement, spec?.selector, 'spec.selector');
  if (isThere(spec?.minAvailable) && isThere(spec?.maxUnavailable)) {
    judgement.refuse('spec', 'has both minAvailable and maxUnavailable; it can have one of them');
  }
};

const ingress: Rule = (judgement, { spec }) => {
  for (const [r, rule] of (spec?.rules ?? []).entries()) {
    for (const [p, path] of (rule?.http?.paths ?? []).entries()) {
      const at = `spec.rules[${r}].http.paths[${p}]`;
      oneOf(judgement, path?.pathType, ['Exact', 'Prefix', 'ImplementationSpecific'], at, 'pathType');
      const isPath = path?.pathType === 'Exact' || path?.pathType === 'Prefix';
      if (isPath && !path.path?.startsWith('/')) {
        judgement.refuse(`${at}.path`, `is ${JSON.stringify(path.path ?? '')}; it begins with "/"`);
      }
      const { port, name } = path?.backend?.service ?? {};
      if (name && !port?.name && !port?.number) {
        judgement.refuse(`${at}.backend.service.port`, 'has neither a name nor a number');
      }
    }
  }
};

const role: Rule = (judgement, { rules }) => {
  for (const [i, rule] of (rules ?? []).entries()) {
    if (!rule || rule.nonResourceURLs?.length) continue;
    if (!rule.apiGroups?.length) {
      judgement.refuse(`rules[${i}].apiGroups`, 'are missing', 'The core group is the empty text: [""].');
    }
    if (!rule.resources?.length) judgement.refuse(`rules[${i}].resources`, 'are missing');
  }
};

const SUBJECTS = ['ServiceAccount', 'User', 'Group'];

const binding: Rule = (judgement, { kind, roleRef, subjects }) => {
  const roles = kind === 'RoleBinding' ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  oneOf(judgement, roleRef?.kind, roles, 'roleRef', 'kind');
  for (const [i, subject] of (subjects ?? []).entries()) {
    oneOf(judgement, subject?.kind, SUBJECTS, `subjects[${i}]`, 'kind');
    // In a RoleBinding it is the binding's own.
    if (kind === 'ClusterRoleBinding' && subject?.kind === 'ServiceAccount' && !subject.namespace) {
      judgement.refuse(`subjects[${i}].namespace`, 'is missing; a ServiceAccount lives in a namespace');
    }
  }
};

const MOST_BYTES = 1_048_576;
/** Bytes that a character of base64 stands for, line ends and padding counted in: never too many. */
const OF_BASE64 = 0.7;

const configMap: Rule = (judgement, { data, binaryData }) => {
  judgeKeys(judgement, data, 'data');
  judgeKeys(judgement, binaryData, 'binaryData');
  judgeSize(judgement, lengthOf(data) + lengthOf(binaryData) * OF_BASE64);
};

const secret: Rule = (judgement, { data, stringData }) => {
  judgeKeys(judgement, data, 'data');
  judgeKeys(judgement, stringData, 'stringData');
  judgeSize(judgement, lengthOf(data) * OF_BASE64);
};

/** @param bytes at least so many there are */
function judgeSize(judgement: Judgement, bytes: number): void {
  if (bytes <= MOST_BYTES) return;
  judgement.refuse(
    'data',
    `holds ${Math.ceil(bytes / 1024)} KiB or more; at most ${MOST_BYTES / 1024} KiB are allowed`,
  );
}

/** Characters, of which each is a byte or more. */
function lengthOf(data: Readonly<Record<string, unknown>> | null | undefined): number {
  let length = 0;
  for (const key in data) length += String(data[key] ?? '').length;
  return length;
}

function judgeKeys(
  judgement: Judgement,
  data: Readonly<Record<string, unknown>> | undefined,
  field: string,
): void {
  for (const key in data ?? {}) {
    if (CONFIG_KEY.test(key) && key.length <= 253 && key !== '.' && key !== '..') continue;
    judgement.refuse(
      field,
      `has the key ${JSON.stringify(key)}; keys have letters, digits, "-", "_" and "."`,
    );
  }
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

const RULES: Readonly<Record<string, Rule>> = {
  'v1 Pod': (judgement, { spec }) => spec && judgePodSpec(judgement, spec, 'spec'),
  'v1 ReplicationController': (judgement, { spec }) =>
    spec?.template && judgeTemplate(judgement, spec.template, 'spec.template'),
  'v1 Service': service,
  'v1 ConfigMap': configMap,
  'v1 Secret': secret,
  'v1 PersistentVolumeClaim': persistentVolumeClaim,
  'apps/v1 Deployment': deployment,
  'apps/v1 StatefulSet': workload,
  'apps/v1 DaemonSet': workload,
  'apps/v1 ReplicaSet': workload,
  'batch/v1 Job': job,
  'batch/v1 CronJob': cronJob,
  'autoscaling/v1 HorizontalPodAutoscaler': horizontalPodAutoscaler,
  'autoscaling/v2 HorizontalPodAutoscaler': horizontalPodAutoscaler,
  'policy/v1 PodDisruptionBudget': podDisruptionBudget,
  'networking.k8s.io/v1 Ingress': ingress,
  'rbac.authorization.k8s.io/v1 Role': role,
  'rbac.authorization.k8s.io/v1 ClusterRole': role,
  'rbac.authorization.k8s.io/v1 RoleBinding': binding,
  'rbac.authorization.k8s.io/v1 ClusterRoleBinding': binding,
};

/** Judges an object that has the types of its schema. */
export function judgeKind(judgement: Judgement): void {
  const gvk = `${judgement.object.apiVersion} ${judgement.object.kind}`;
  if (Object.hasOwn(RULES, gvk)) RULES[gvk]?.(judgement, judgement.object);
  if (Object.hasOwn(ENUMS, gvk)) judgeEnums(judgement, ENUMS[gvk]!, judgement.object, '');
}
