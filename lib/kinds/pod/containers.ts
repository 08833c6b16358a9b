/** Containers of pods. */

import {
  duplicate,
  enumErrors,
  type FieldError,
  type Fields,
  forbidden,
  invalidValue,
  notFound,
  required,
} from '../field-errors.ts';
import { labelNameErrors } from '../names.ts';
import { portErrors, portNameErrors } from '../ports.ts';
import { environmentErrors } from './environment.ts';
import { lifecycleErrors, probeErrors } from './handler.ts';
import { resourceErrors } from './resources.ts';
import { containerSecurityErrors } from './security.ts';
import { mountErrors } from './volumes.ts';

/** What containers may refer to in their pod. */
export interface PodSurroundings {
  readonly volumes: ReadonlySet<string>;
  readonly claims: ReadonlySet<string>;
  readonly hostNetwork: boolean;
  readonly gracePeriod: number;
}

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const RESTART_POLICIES = ['Always', 'Never', 'OnFailure'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

export function containersErrors(spec: Fields, path: string, around: PodSurroundings): FieldError[] {
  const names = new Set<string>();
  const each = (list: readonly Fields[], at: string, errorsOf: typeof containerErrors) =>
    list.flatMap((container, i) => {
      const errors = errorsOf(container, `${at}[${i}]`, around);
      if (names.has(container.name)) errors.push(duplicate(`${at}[${i}].name`, container.name));
      names.add(container.name);
      return errors;
    });
  const containers: readonly Fields[] = spec.containers ?? [];
  return [
    ...(containers.length > 0 ? [] : [required(`${path}.containers`)]),
    ...each(containers, `${path}.containers`, mainErrors),
    ...each(spec.initContainers ?? [], `${path}.initContainers`, initErrors),
  ];
}

function mainErrors(container: Fields, at: string, around: PodSurroundings): FieldError[] {
  return [...containerErrors(container, at, around), ...runningErrors(container, at, around)];
}

const ONLY_SIDECARS = ['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'];

function initErrors(container: Fields, at: string, around: PodSurroundings): FieldError[] {
  const isSidecar = container.restartPolicy === 'Always';
  return [
    ...containerErrors(container, at, around),
    ...(isSidecar
      ? runningErrors(container, at, around)
      : ONLY_SIDECARS.filter((field) => container[field] != null).map((field) =>
          forbidden(`${at}.${field}`, 'may not be set for init containers without restartPolicy=Always'),
        )),
  ];
}

/** What only containers have that go on running. */
function runningErrors(container: Fields, at: string, { gracePeriod }: PodSurroundings): FieldError[] {
  return [
    ...lifecycleErrors(container.lifecycle, `${at}.lifecycle`, gracePeriod),
    ...probeErrors(container.livenessProbe, `${at}.livenessProbe`, false),
    ...probeErrors(container.readinessProbe, `${at}.readinessProbe`, true),
    ...probeErrors(container.startupProbe, `${at}.startupProbe`, false),
  ];
}

function containerErrors(container: Fields, at: string, around: PodSurroundings): FieldError[] {
  return [
    ...labelNameErrors(container.name, `${at}.name`),
    ...(container.image ? [] : [required(`${at}.image`)]),
    ...enumErrors(container.imagePullPolicy, PULL_POLICIES, `${at}.imagePullPolicy`),
    ...enumErrors(container.restartPolicy, RESTART_POLICIES, `${at}.restartPolicy`),
    ...enumErrors(
      container.terminationMessagePolicy,
      ['File', 'FallbackToLogsOnError'],
      `${at}.terminationMessagePolicy`,
    ),
    ...containerPortErrors(container.ports ?? [], `${at}.ports`, around.hostNetwork),
    ...environmentErrors(container, at),
    ...mountErrors(container, at, around.volumes),
    ...resourceErrors(container.resources, `${at}.resources`),
    ...claimErrors(container.resources?.claims ?? [], `${at}.resources.claims`, around.claims),
    ...((container.resizePolicy ?? []) as readonly Fields[]).flatMap(({ restartPolicy }) =>
      enumErrors(restartPolicy, ['NotRequired', 'RestartContainer'], `${at}.resizePolicy`),
    ),
    ...containerSecurityErrors(container.securityContext, `${at}.securityContext`),
  ];
}

function containerPortErrors(ports: readonly Fields[], path: string, hostNetwork: boolean): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap(({ name, containerPort, hostPort, protocol }, i) => {
    const at = `${path}[${i}]`;
    const isTaken = name && names.has(name);
    if (name) names.add(name);
    return [
      ...(name ? portNameErrors(name, `${at}.name`) : []),
      ...(isTaken ? [duplicate(`${at}.name`, name)] : []),
      ...(containerPort
        ? portErrors(containerPort, `${at}.containerPort`)
        : [required(`${at}.containerPort`)]),
      ...(hostPort ? portErrors(hostPort, `${at}.hostPort`) : []),
      ...(hostNetwork && hostPort && hostPort !== containerPort
        ? [invalidValue(`${at}.hostPort`, hostPort, 'must match `containerPort` when `hostNetwork` is true')]
        : []),
      ...enumErrors(protocol, PROTOCOLS, `${at}.protocol`),
    ];
  });
}

function claimErrors(claims: readonly Fields[], path: string, known: ReadonlySet<string>): FieldError[] {
  return claims.flatMap(({ name }, i) =>
    known.has(name)
      ? []
      : [
          notFound(
            `${path}[${i}]`,
            name,
            `must be one of the names in pod.spec.resourceClaims${known.size === 0 ? ' which is empty' : ''}`,
          ),
        ],
  );
}
