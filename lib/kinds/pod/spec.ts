/** Pods, and the templates of pods. */

import type { KubernetesObject } from '../../objects/index.ts';
import { addressErrors } from '../addresses.ts';
import {
  enumErrors,
  type FieldError,
  type Fields,
  forbidden,
  invalidValue,
  required,
} from '../field-errors.ts';
import { labelErrors } from '../labels.ts';
import { labelNameErrors, qualifiedNameErrors, subdomainErrors } from '../names.ts';
import { containersErrors } from './containers.ts';
import { placementErrors } from './placement.ts';
import { amountErrors } from './resources.ts';
import { podSecurityErrors } from './security.ts';
import { volumeErrors } from './volumes.ts';

const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const MOST_NAMESERVERS = 3;
const GRACE_SECONDS = 30;
const LONGEST_DEADLINE = 2_147_483_647;

export function podErrors({ spec }: KubernetesObject): FieldError[] {
  const deadline = spec.activeDeadlineSeconds;
  const containers: readonly Fields[] = spec.containers ?? [];
  return [
    ...podSpecErrors(spec, 'spec'),
    ...(deadline != null && (deadline < 1 || deadline > LONGEST_DEADLINE)
      ? [
          invalidValue(
            'spec.activeDeadlineSeconds',
            deadline,
            `must be between 1 and ${LONGEST_DEADLINE}, inclusive`,
          ),
        ]
      : []),
    ...(spec.nodeName && spec.schedulingGates?.length
      ? [forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared')]
      : []),
    ...(spec.ephemeralContainers?.length
      ? [forbidden('spec.ephemeralContainers', 'cannot be set on create')]
      : []),
    ...containers.flatMap(({ image }, i) =>
      image && image !== image.trim()
        ? [invalidValue(`spec.containers[${i}].image`, image, 'must not have leading or trailing whitespace')]
        : [],
    ),
  ];
}

/** Of a template, beside what is refused of every pod's spec. */
export function podTemplateErrors(template: Fields, path: string): FieldError[] {
  const spec = template?.spec ?? {};
  return [
    ...labelErrors(template?.metadata?.labels, `${path}.labels`),
    ...Object.keys(template?.metadata?.annotations ?? {}).flatMap((key) =>
      qualifiedNameErrors(key.toLowerCase(), `${path}.annotations`),
    ),
    ...podSpecErrors(spec, `${path}.spec`),
    ...(spec.ephemeralContainers?.length
      ? [forbidden(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template')]
      : []),
  ];
}

function podSpecErrors(spec: Fields, path: string): FieldError[] {
  const volumes: readonly Fields[] = spec.volumes ?? [];
  const resourceClaims: readonly Fields[] = spec.resourceClaims ?? [];
  return [
    ...volumeErrors(volumes, `${path}.volumes`),
    ...containersErrors(spec, path, {
      volumes: new Set(volumes.map(({ name }) => name)),
      claims: new Set(resourceClaims.map(({ name }) => name)),
      hostNetwork: spec.hostNetwork === true,
      gracePeriod: spec.terminationGracePeriodSeconds ?? GRACE_SECONDS,
    }),
    ...enumErrors(spec.restartPolicy, ['Always', 'OnFailure', 'Never'], `${path}.restartPolicy`),
    ...dnsErrors(spec, path),
    ...placementErrors(spec, path),
    ...referenceErrors(spec, path),
    ...podSecurityErrors(spec.securityContext, `${path}.securityContext`),
    ...hostErrors(spec, path),
    ...enumErrors(spec.preemptionPolicy, ['PreemptLowerPriority', 'Never'], `${path}.preemptionPolicy`),
    ...amountErrors(spec.overhead ?? {}, `${path}.overhead.limits`),
    ...(spec.os ? enumErrors(spec.os.name, ['linux', 'windows'], `${path}.os`) : []),
    ...((spec.readinessGates ?? []) as readonly Fields[]).flatMap(({ conditionType }, i) =>
      qualifiedNameErrors(conditionType ?? '', `${path}.readinessGates[${i}].conditionType`),
    ),
    ...((spec.schedulingGates ?? []) as readonly Fields[]).flatMap(({ name }, i) =>
      qualifiedNameErrors(name ?? '', `${path}.schedulingGates[${i}]`),
    ),
    ...resourceClaims.flatMap((claim, i) =>
      claim.resourceClaimName == null && claim.resourceClaimTemplateName == null
        ? [
            invalidValue(
              `${path}.resourceClaims[${i}]`,
              claim,
              'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`',
            ),
          ]
        : [],
    ),
  ];
}

function dnsErrors({ dnsPolicy, dnsConfig }: Fields, path: string): FieldError[] {
  const nameservers: readonly string[] = dnsConfig?.nameservers ?? [];
  return [
    ...enumErrors(dnsPolicy, DNS_POLICIES, `${path}.dnsPolicy`),
    ...(dnsPolicy === 'None' && !dnsConfig
      ? [required(`${path}.dnsConfig`, 'must provide `dnsConfig` when `dnsPolicy` is None')]
      : []),
    ...(dnsPolicy === 'None' && dnsConfig && nameservers.length === 0
      ? [
          required(
            `${path}.dnsConfig.nameservers`,
            'must provide at least one DNS nameserver when `dnsPolicy` is None',
          ),
        ]
      : []),
    ...(nameservers.length > MOST_NAMESERVERS
      ? [
          invalidValue(
            `${path}.dnsConfig.nameservers`,
            nameservers,
            `must not have more than ${MOST_NAMESERVERS} nameservers`,
          ),
        ]
      : []),
    ...nameservers.flatMap((server, i) => addressErrors(server, `${path}.dnsConfig.nameservers[${i}]`)),
  ];
}

/** Names of other objects, and of the machine that the pod takes itself for. */
function referenceErrors(spec: Fields, path: string): FieldError[] {
  return [
    ...['serviceAccountName', 'nodeName', 'priorityClassName', 'runtimeClassName'].flatMap((field) =>
      spec[field] ? subdomainErrors(spec[field], `${path}.${field}`) : [],
    ),
    ...['hostname', 'subdomain'].flatMap((field) =>
      spec[field] ? labelNameErrors(spec[field], `${path}.${field}`) : [],
    ),
  ];
}

function hostErrors({ hostPID, shareProcessNamespace, hostAliases }: Fields, path: string): FieldError[] {
  return [
    ...(shareProcessNamespace === true && hostPID === true
      ? [
          invalidValue(
            `${path}.shareProcessNamespace`,
            true,
            'ShareProcessNamespace and HostPID cannot both be enabled',
          ),
        ]
      : []),
    ...((hostAliases ?? []) as readonly Fields[]).flatMap(({ ip, hostnames }, i) => [
      ...addressErrors(ip ?? '', `${path}.hostAliases[${i}].ip`),
      ...((hostnames ?? []) as readonly string[]).flatMap((name, j) =>
        subdomainErrors(name, `${path}.hostAliases[${i}].hostnames[${j}]`),
      ),
    ]),
  ];
}
