/** What objects of single kinds refer to. */
import type { KubernetesObject } from '../../objects/index.ts';
import type { Judgement } from '../judgement.ts';
import { itemsOf } from './items.ts';
import { missingObject, missingPart, selectsNothing } from './reference.ts';
import { groupOf, type PodTemplate, type Surroundings } from './surroundings.ts';

// biome-ignore lint/suspicious/noExplicitAny: fields below the envelope are what the kind's schema says
type Fields = any;

export type ReferenceRule = (judgement: Judgement, object: KubernetesObject, around: Surroundings) => void;

const service: ReferenceRule = (judgement, { spec, metadata }, around) => {
  const selector = spec?.selector;
  if (!selector || Object.keys(selector).length === 0 || spec.type === 'ExternalName') return;
  const namespace = metadata.namespace ?? '';
  const pods = around.selected(namespace, { matchLabels: selector });
  if (pods.length === 0) {
    if (!around.hasUnknownMakers(namespace)) selectsNothing(judgement, 'spec.selector');
    return;
  }
  for (const [i, { targetPort, protocol = 'TCP' }] of itemsOf(spec.ports).entries()) {
    // Numbers reach a container whether it lists them or not.
    if (typeof targetPort !== 'string') continue;
    const names = pods.flatMap((pod) => portNames(pod, protocol));
    if (names.includes(targetPort)) continue;
    const owners = [...new Set(pods.map(({ owner }) => `${owner.kind} ${owner.metadata.name}`))];
    missingPart(judgement, `spec.ports[${i}].targetPort`, `port ${targetPort}`, owners.join(' or '), [
      ...new Set(names),
    ]);
  }
};

function portNames({ spec }: PodTemplate, protocol: string): readonly string[] {
  const names: string[] = [];
  for (const list of [spec.containers, spec.initContainers]) {
    for (const container of itemsOf(list)) {
      for (const port of itemsOf(container.ports)) {
        if (typeof port.name === 'string' && (port.protocol ?? 'TCP') === protocol) names.push(port.name);
      }
    }
  }
  return names;
}

interface ServiceReference {
  readonly namespace: string;
  readonly name: unknown;
  readonly port: unknown;
  readonly nameField: string;
  readonly portField: string;
}

/** @param port number or name; anything else is not looked at */
function judgeServicePort(judgement: Judgement, around: Surroundings, wanted: ServiceReference): void {
  const { namespace, name, port, nameField, portField } = wanted;
  if (typeof name !== 'string') return;
  const found = around.find('', 'Service', namespace, name);
  if (!found) {
    missingObject(judgement, nameField, `Service ${name}`);
    return;
  }
  if (typeof port !== 'string' && typeof port !== 'number') return;
  // A service that only stands for a name takes any port.
  if (found.spec?.type === 'ExternalName') return;
  const ports = itemsOf(found.spec?.ports);
  if (ports.some((one) => one.port === port || one.name === port)) return;
  const known = ports.flatMap(({ port: number, name: itsName }): string[] => {
    if (typeof port === 'number') return typeof number === 'number' ? [String(number)] : [];
    return typeof itsName === 'string' && itsName !== '' ? [itsName] : [];
  });
  missingPart(judgement, portField, `port ${port}`, `Service ${name}`, known);
}

const ingress: ReferenceRule = (judgement, { spec, metadata }, around) => {
  const backend = (value: Fields, at: string) =>
    judgeServicePort(judgement, around, {
      namespace: metadata.namespace ?? '',
      name: value?.service?.name,
      port: value?.service?.port?.number ?? value?.service?.port?.name,
      nameField: `${at}.service.name`,
      portField: `${at}.service.port`,
    });
  backend(spec?.defaultBackend, 'spec.defaultBackend');
  for (const [r, rule] of itemsOf(spec?.rules).entries()) {
    for (const [p, path] of itemsOf(rule.http?.paths).entries()) {
      // An annotation of the AWS controller makes a backend of what is named so.
      if (path.backend?.service?.port?.name === 'use-annotation') continue;
      backend(path.backend, `spec.rules[${r}].http.paths[${p}].backend`);
    }
  }
};

const route: ReferenceRule = (judgement, { spec, metadata }, around) => {
  for (const [r, rule] of itemsOf(spec?.rules).entries()) {
    for (const [b, reference] of itemsOf(rule.backendRefs).entries()) {
      if ((reference.kind ?? 'Service') !== 'Service' || (reference.group ?? '') !== '') continue;
      const at = `spec.rules[${r}].backendRefs[${b}]`;
      judgeServicePort(judgement, around, {
        namespace: reference.namespace ?? metadata.namespace ?? '',
        name: reference.name,
        port: reference.port,
        nameField: `${at}.name`,
        portField: `${at}.port`,
      });
    }
  }
};

const webhooks: ReferenceRule = (judgement, object, around) => {
  for (const [i, { clientConfig }] of itemsOf(object.webhooks).entries()) {
    const reference = clientConfig?.service;
    if (!reference) continue;
    const at = `webhooks[${i}].clientConfig.service`;
    judgeServicePort(judgement, around, {
      namespace: reference.namespace,
      name: reference.name,
      port: reference.port ?? 443,
      nameField: `${at}.name`,
      portField: `${at}.port`,
    });
  }
};

const podDisruptionBudget: ReferenceRule = (judgement, { spec, metadata }, around) => {
  const namespace = metadata.namespace ?? '';
  if (!spec?.selector || around.hasUnknownMakers(namespace)) return;
  if (around.selected(namespace, spec.selector).length === 0) selectsNothing(judgement, 'spec.selector');
};

const statefulSet: ReferenceRule = (judgement, { spec, metadata }, around) => {
  const name = spec?.serviceName;
  if (typeof name !== 'string' || name === '' || around.find('', 'Service', metadata.namespace, name)) return;
  missingObject(judgement, 'spec.serviceName', `Service ${name}`);
};

const SCALED = new Set(['apps Deployment', 'apps StatefulSet', 'apps ReplicaSet', ' ReplicationController']);

const autoscaler: ReferenceRule = (judgement, { spec, metadata }, around) => {
  const { apiVersion, kind, name } = spec?.scaleTargetRef ?? {};
  if (typeof kind !== 'string' || typeof name !== 'string') return;
  const group = groupOf(typeof apiVersion === 'string' ? apiVersion : '');
  if (around.find(group, kind, metadata.namespace, name)) return;
  if (SCALED.has(`${group} ${kind}`)) missingObject(judgement, 'spec.scaleTargetRef.name', `${kind} ${name}`);
};

const RBAC = 'rbac.authorization.k8s.io';
/** Cluster roles that every API server has, beside those of the system. */
const CLUSTER_ROLES = new Set(['admin', 'cluster-admin', 'edit', 'view']);

const binding: ReferenceRule = (judgement, { roleRef, subjects, metadata }, around) => {
  const { kind, name } = roleRef ?? {};
  if (typeof name === 'string' && (kind === 'Role' || kind === 'ClusterRole')) {
    const isBuiltIn = kind === 'ClusterRole' && (CLUSTER_ROLES.has(name) || name.startsWith('system:'));
    const namespace = kind === 'Role' ? metadata.namespace : '';
    if (!isBuiltIn && !around.find(RBAC, kind, namespace, name)) {
      missingObject(judgement, 'roleRef.name', `${kind} ${name}`);
    }
  }
  for (const [i, subject] of itemsOf(subjects).entries()) {
    if (subject.kind !== 'ServiceAccount' || subject.name === 'default') continue;
    if (typeof subject.name !== 'string') continue;
    const namespace = subject.namespace ?? metadata.namespace;
    // Namespaces of others, such as kube-system, have accounts of others.
    if (namespace !== metadata.namespace) continue;
    if (around.find('', 'ServiceAccount', namespace, subject.name)) continue;
    missingObject(judgement, `subjects[${i}].name`, `ServiceAccount ${subject.name}`);
  }
};

/** By group and kind. */
const RULES: Readonly<Record<string, ReferenceRule>> = {
  ' Service': service,
  'networking.k8s.io Ingress': ingress,
  'gateway.networking.k8s.io HTTPRoute': route,
  'gateway.networking.k8s.io GRPCRoute': route,
  'gateway.networking.k8s.io TCPRoute': route,
  'gateway.networking.k8s.io TLSRoute': route,
  'gateway.networking.k8s.io UDPRoute': route,
  'admissionregistration.k8s.io ValidatingWebhookConfiguration': webhooks,
  'admissionregistration.k8s.io MutatingWebhookConfiguration': webhooks,
  'policy PodDisruptionBudget': podDisruptionBudget,
  'apps StatefulSet': statefulSet,
  'autoscaling HorizontalPodAutoscaler': autoscaler,
  [`${RBAC} RoleBinding`]: binding,
  [`${RBAC} ClusterRoleBinding`]: binding,
};

export function referenceRule(group: string, kind: string): ReferenceRule | undefined {
  const text = `${group} ${kind}`;
  return Object.hasOwn(RULES, text) ? RULES[text] : undefined;
}
