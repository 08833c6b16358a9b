/** Services (core/validation, ValidateService). */
import type { KubernetesObject } from '../objects/index.ts';
import {
  enumErrors,
  type FieldError,
  type Fields,
  forbidden,
  invalidValue,
  notSupported,
  required,
} from './field-errors.ts';
import { labelErrors } from './labels.ts';
import { qualifiedNameErrors, subdomainErrors } from './names.ts';
import { portErrors } from './ports.ts';
import {
  clusterIPErrors,
  externalIPErrors,
  isHeadless,
  noAddressErrors,
  sourceRangeErrors,
} from './service-addresses.ts';
import { servicePortsErrors } from './service-ports.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const POLICIES = ['Cluster', 'Local'];
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];

export function serviceErrors(object: KubernetesObject): FieldError[] {
  const spec = object.spec ?? {};
  const isExternal = spec.type === 'ExternalName';
  return [
    ...hintErrors(object),
    ...(spec.ports?.length || isHeadless(spec) || isExternal ? [] : [required('spec.ports')]),
    ...headlessErrors(spec),
    ...(isExternal ? [...noAddressErrors(spec), ...externalNameErrors(spec)] : []),
    ...servicePortsErrors(spec),
    ...labelErrors(spec.selector, 'spec.selector'),
    ...affinityErrors(spec),
    ...(isExternal ? [] : clusterIPErrors(spec)),
    ...externalIPErrors(spec.externalIPs ?? []),
    ...enumErrors(spec.type || undefined, TYPES, 'spec.type'),
    ...sourceRangeErrors(object),
    ...balancerErrors(spec),
    ...externalTrafficErrors(spec),
    ...enumErrors(spec.internalTrafficPolicy, POLICIES, 'spec.internalTrafficPolicy'),
    ...enumErrors(spec.trafficDistribution, DISTRIBUTIONS, 'spec.trafficDistribution'),
  ];
}

const HINTS = 'service.kubernetes.io/topology-aware-hints';
const MODE = 'service.kubernetes.io/topology-mode';

function hintErrors({ metadata }: KubernetesObject): FieldError[] {
  const { [HINTS]: hints, [MODE]: mode } = metadata.annotations ?? {};
  if (hints === undefined || mode === undefined || hints === mode) return [];
  const why = `must match annotations[${HINTS}] when both are specified`;
  return [invalidValue(`metadata.annotations[${MODE}]`, mode, why)];
}

function headlessErrors(spec: Fields): FieldError[] {
  if ((spec.type !== 'LoadBalancer' && spec.type !== 'NodePort') || !isHeadless(spec)) return [];
  return [invalidValue('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`)];
}

function externalNameErrors({ externalName }: Fields): FieldError[] {
  const field = 'spec.externalName';
  const name: string = externalName?.endsWith('.') ? externalName.slice(0, -1) : (externalName ?? '');
  if (name === '') return [required(field)];
  return subdomainErrors(name, field);
}

const LONGEST_AFFINITY = 86_400;

function affinityErrors({ sessionAffinity, sessionAffinityConfig: config }: Fields): FieldError[] {
  const affinity = sessionAffinity || 'None';
  // The server drops the configuration of what there is none of.
  if (affinity === 'None') return [];
  if (affinity !== 'ClientIP') return [notSupported('spec.sessionAffinity', affinity, ['ClientIP', 'None'])];
  const seconds = config?.clientIP?.timeoutSeconds;
  if (seconds == null || (seconds > 0 && seconds <= LONGEST_AFFINITY)) return [];
  const why = `must be greater than 0 and less than ${LONGEST_AFFINITY}`;
  return [invalidValue('spec.sessionAffinityConfig.clientIP.timeoutSeconds', seconds, why)];
}

function balancerErrors({ type, loadBalancerClass, allocateLoadBalancerNodePorts }: Fields): FieldError[] {
  const field = 'spec.loadBalancerClass';
  if (type === 'LoadBalancer') {
    return loadBalancerClass == null ? [] : qualifiedNameErrors(loadBalancerClass, field);
  }
  const why = "may only be used when `type` is 'LoadBalancer'";
  return [
    ...(allocateLoadBalancerNodePorts == null ? [] : [forbidden('spec.allocateLoadBalancerNodePorts', why)]),
    ...(loadBalancerClass == null ? [] : [forbidden(field, why)]),
  ];
}

function externalTrafficErrors(spec: Fields): FieldError[] {
  const { externalTrafficPolicy: policy, healthCheckNodePort: port } = spec;
  const type = spec.type || 'ClusterIP';
  const isReachable =
    type === 'LoadBalancer' ||
    type === 'NodePort' ||
    (type === 'ClusterIP' && Boolean(spec.externalIPs?.length));
  const isChecked = type === 'LoadBalancer' && policy === 'Local';
  return [
    ...(policy && !isReachable
      ? [
          invalidValue(
            'spec.externalTrafficPolicy',
            policy,
            'may only be set for externally-accessible services',
          ),
        ]
      : enumErrors(policy || undefined, POLICIES, 'spec.externalTrafficPolicy')),
    ...(port && isChecked ? portErrors(port, 'spec.healthCheckNodePort') : []),
    ...(port && !isChecked
      ? [
          invalidValue(
            'spec.healthCheckNodePort',
            port,
            "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
          ),
        ]
      : []),
  ];
}
