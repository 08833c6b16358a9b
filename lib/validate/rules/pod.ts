/** Pods (pkg/apis/core/validation): the mistakes that people make, not all that a server checks. Objects have the
 * types of their schema here. */
import { nameProblems, parseQuantity } from '../../objects/index.ts';
import type { Judgement } from '../judgement.ts';
import { judgeEnums, POD_ENUMS } from './enums.ts';
import { repeated } from './repeated.ts';

// biome-ignore lint/suspicious/noExplicitAny: the fields are those of the pod's schema, which were checked before
type Fields = any;

const LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const STRICT_VARIABLE = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;
/** Printable ASCII, but for `=`. */
const RELAXED_VARIABLE = /^[ -<>-~]+$/;
/** From here on names of variables are relaxed (feature RelaxedEnvironmentVariableValidation, on by default). */
const RELAXED_FROM = 32;
const PORT_NAME = /^(?=.*[a-z])(?!.*--)[a-z0-9](?:[-a-z0-9]{0,13}[a-z0-9])?$/;
const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const DNS_POLICIES = ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'];
const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc'];
const PROBE_NUMBERS = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const;
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const SPREADS = ['DoNotSchedule', 'ScheduleAnyway'];
const NO_LIST: readonly never[] = [];
const NO_CONTEXT: Fields = {};

/** @param at where the spec is: `spec.template.spec`
 * @param claimed names of volumes that are not in the spec: those of a StatefulSet's claim templates */
export function judgePodSpec(
  judgement: Judgement,
  spec: Fields,
  at: string,
  claimed?: readonly string[],
): void {
  const volumes: readonly Fields[] = spec.volumes ?? NO_LIST;
  for (let i = 0; i < volumes.length; i += 1) judgeVolume(judgement, volumes[i], at, i);
  const containers: readonly Fields[] = spec.containers ?? NO_LIST;
  const initContainers: readonly Fields[] = spec.initContainers ?? NO_LIST;
  if (containers.length === 0) judgement.refuse(`${at}.containers`, 'must have at least one container');
  judgeContainers(judgement, containers, `${at}.containers`, volumes, claimed);
  if (initContainers.length > 0) {
    judgeContainers(judgement, initContainers, `${at}.initContainers`, volumes, claimed);
    for (let i = 0; i < initContainers.length; i += 1) {
      if (!containers.some(({ name }) => name === initContainers[i].name)) continue;
      judgement.refuse(
        `${at}.initContainers[${i}].name`,
        `is "${initContainers[i].name}", as that of a container`,
      );
    }
  }
  judgePlacement(judgement, spec, at);
  judgeEnums(judgement, POD_ENUMS, spec, at);
  oneOf(judgement, spec.restartPolicy, RESTART_POLICIES, at, 'restartPolicy');
  oneOf(judgement, spec.dnsPolicy, DNS_POLICIES, at, 'dnsPolicy');
}

function judgePlacement(
  judgement: Judgement,
  { tolerations, topologySpreadConstraints }: Fields,
  at: string,
): void {
  for (const [i, { operator, value, effect }] of (tolerations ?? NO_LIST).entries()) {
    if (operator === 'Exists' && value) {
      judgement.refuse(`${at}.tolerations[${i}].value`, 'cannot be set where the operator is Exists');
    }
    oneOf(judgement, effect, EFFECTS, `${at}.tolerations[${i}]`, 'effect');
  }
  for (const [i, { maxSkew, whenUnsatisfiable }] of (topologySpreadConstraints ?? NO_LIST).entries()) {
    const place = `${at}.topologySpreadConstraints[${i}]`;
    if (maxSkew <= 0) judgement.refuse(`${place}.maxSkew`, `is ${maxSkew}; it must be more than 0`);
    oneOf(judgement, whenUnsatisfiable, SPREADS, place, 'whenUnsatisfiable');
  }
}

function judgeVolume(judgement: Judgement, volume: Fields, at: string, i: number): void {
  judgeLabelName(judgement, volume.name, at, 'volumes', i);
  let sources = 0;
  for (const name in volume)
    if (name !== 'name' && volume[name] !== null && volume[name] !== undefined) sources += 1;
  if (sources > 1) {
    judgement.refuse(
      `${at}.volumes[${i}]`,
      `has ${sources} sources; a volume has one`,
      'Make a volume of each.',
    );
  }
}

function judgeContainers(
  judgement: Judgement,
  containers: readonly Fields[],
  at: string,
  volumes: readonly Fields[],
  claimed: readonly string[] = NO_LIST,
): void {
  for (let i = 0; i < containers.length; i += 1) {
    const container = containers[i];
    if (container.name !== undefined && !LABEL.test(container.name)) {
      refuseName(judgement, container.name, `${at}[${i}].name`);
    }
    judgeImage(judgement, container.image, at, i);
    judgePorts(judgement, container.ports ?? NO_LIST, at, i);
    judgeEnvironment(judgement, container.env ?? NO_LIST, at, i);
    judgeMounts(judgement, container, at, i, volumes, claimed);
    if (container.resources) judgeResources(judgement, container.resources, at, i);
    if (!isOneOf(container.imagePullPolicy, PULL_POLICIES)) {
      oneOf(judgement, container.imagePullPolicy, PULL_POLICIES, `${at}[${i}]`, 'imagePullPolicy');
    }
    const { privileged, allowPrivilegeEscalation } = container.securityContext ?? NO_CONTEXT;
    if (privileged === true && allowPrivilegeEscalation === false) {
      judgement.refuse(
        `${at}[${i}].securityContext.allowPrivilegeEscalation`,
        'cannot be false where the container is privileged',
      );
    }
    judgeProbe(judgement, container.livenessProbe, at, i, 'livenessProbe');
    judgeProbe(judgement, container.readinessProbe, at, i, 'readinessProbe');
    judgeProbe(judgement, container.startupProbe, at, i, 'startupProbe');
  }
}

function judgeImage(judgement: Judgement, image: string | undefined, at: string, i: number): void {
  if (!image) {
    judgement.refuse(`${at}[${i}].image`, 'is missing');
  } else if (image.charCodeAt(0) <= 32 || image.charCodeAt(image.length - 1) <= 32) {
    judgement.refuse(`${at}[${i}].image`, 'must not begin or end with white space');
  }
}

function judgePorts(judgement: Judgement, ports: readonly Fields[], at: string, i: number): void {
  for (let p = 0; p < ports.length; p += 1) {
    const { containerPort, hostPort, name, protocol } = ports[p];
    if (!isPort(containerPort)) refusePort(judgement, containerPort, `${at}[${i}].ports[${p}].containerPort`);
    if (hostPort && !isPort(hostPort)) refusePort(judgement, hostPort, `${at}[${i}].ports[${p}].hostPort`);
    if (!isOneOf(protocol, PROTOCOLS))
      oneOf(judgement, protocol, PROTOCOLS, `${at}[${i}].ports[${p}]`, 'protocol');
    if (!name) continue;
    if (!PORT_NAME.test(name)) {
      judgement.refuse(
        `${at}[${i}].ports[${p}].name`,
        `is "${name}"; a port's name has at most 15 lower-case letters, digits and "-", and at least one letter`,
      );
    }
  }
  for (const p of repeated(ports, 'name')) {
    judgement.refuse(`${at}[${i}].ports[${p}].name`, `is "${ports[p].name}", as that of another port`);
  }
}

function judgeEnvironment(judgement: Judgement, variables: readonly Fields[], at: string, i: number): void {
  const pattern = judgement.minor < RELAXED_FROM ? STRICT_VARIABLE : RELAXED_VARIABLE;
  for (let v = 0; v < variables.length; v += 1) {
    const { name, value, valueFrom } = variables[v];
    if (name !== undefined && !pattern.test(name)) {
      judgement.refuse(
        `${at}[${i}].env[${v}].name`,
        `is ${JSON.stringify(name)}, which is no name of a variable`,
      );
    }
    if (value && valueFrom) judgement.refuse(`${at}[${i}].env[${v}]`, 'has both value and valueFrom');
  }
}

function judgeMounts(
  judgement: Judgement,
  { volumeMounts: mounts = NO_LIST }: Fields,
  at: string,
  i: number,
  volumes: readonly Fields[],
  claimed: readonly string[],
): void {
  if (mounts === null) return;
  for (let m = 0; m < mounts.length; m += 1) {
    const { name } = mounts[m];
    if (!hasNamed(volumes, name) && !claimed.includes(name)) {
      judgement.refuse(
        `${at}[${i}].volumeMounts[${m}].name`,
        `is ${JSON.stringify(name)}, and the pod has no such volume`,
        volumes.length + claimed.length === 0
          ? 'Add it to volumes.'
          : `It has ${[...volumes.map((volume: Fields) => volume.name), ...claimed].join(', ')}.`,
      );
    }
  }
}

/** Of containers; others have the name of a domain in front. */
const RESOURCES = ['cpu', 'memory', 'ephemeral-storage'];

function judgeResources(judgement: Judgement, { requests, limits }: Fields, at: string, i: number): void {
  judgeAmounts(judgement, requests, at, i, 'requests');
  judgeAmounts(judgement, limits, at, i, 'limits');
  if (!requests || !limits) return;
  for (const name in requests) {
    const limit = limits[name];
    const request = requests[name];
    if (limit === undefined || limit === request) continue;
    if (!isMore(String(request), String(limit))) continue;
    judgement.refuse(
      `${at}[${i}].resources.requests.${name}`,
      `is ${request}, which is more than the limit of ${limit}`,
    );
  }
}

function judgeAmounts(judgement: Judgement, amounts: Fields, at: string, i: number, list: string): void {
  for (const name in amounts) {
    if (!RESOURCES.includes(name) && !name.includes('/') && !name.startsWith('hugepages-')) {
      judgement.refuse(
        `${at}[${i}].resources.${list}`,
        `have "${name}"; containers have ${RESOURCES.join(', ')}, and resources of others, as example.com/gpu`,
      );
    }
    // The text of a quantity begins with its sign.
    if (String(amounts[name]).startsWith('-')) {
      judgement.refuse(
        `${at}[${i}].resources.${list}.${name}`,
        `is ${amounts[name]}, which is less than nothing`,
      );
    }
  }
}

const WHOLE = /^(\d{1,15})([a-zA-Z]*)$/;

/** Whether the first quantity is more than the second. Two of one unit, which they mostly are, need no big numbers. */
function isMore(a: string, b: string): boolean {
  const left = WHOLE.exec(a);
  const right = WHOLE.exec(b);
  if (left && right && left[2] === right[2]) return Number(left[1]) > Number(right[1]);
  const [exactLeft, exactRight] = [parseQuantity(a), parseQuantity(b)];
  return exactLeft !== undefined && exactRight !== undefined && exactLeft > exactRight;
}

function judgeProbe(judgement: Judgement, probe: Fields, at: string, i: number, name: string): void {
  if (!probe) return;
  for (const number of PROBE_NUMBERS) {
    if (probe[number] < 0)
      judgement.refuse(`${at}[${i}].${name}.${number}`, `is ${probe[number]}; it cannot be below 0`);
  }
  if (name !== 'readinessProbe' && probe.successThreshold > 1) {
    judgement.refuse(
      `${at}[${i}].${name}.successThreshold`,
      `is ${probe.successThreshold}; it can only be 1 here`,
    );
  }
  let handlers = 0;
  for (let h = 0; h < HANDLERS.length; h += 1) if (probe[HANDLERS[h]!]) handlers += 1;
  if (handlers === 1) return;
  judgement.refuse(
    `${at}[${i}].${name}`,
    handlers === 0 ? 'says not what to ask' : 'asks in more than one way',
    'Give it one of exec, httpGet, tcpSocket and grpc.',
  );
}

function judgeLabelName(
  judgement: Judgement,
  name: string | undefined,
  at: string,
  list: string,
  i: number,
): void {
  if (name !== undefined && !LABEL.test(name)) refuseName(judgement, name, `${at}.${list}[${i}].name`);
}

function refuseName(judgement: Judgement, name: string, field: string): void {
  for (const problem of nameProblems(name, 'dns-1123-label')) {
    judgement.refuse(field, `is ${JSON.stringify(name)}: ${problem}`);
  }
}

function hasNamed(list: readonly Fields[], name: string): boolean {
  for (let i = 0; i < list.length; i += 1) if (list[i].name === name) return true;
  return false;
}

export function isPort(port: unknown): boolean {
  return port === undefined || port === null || (typeof port === 'number' && port > 0 && port < 65_536);
}

export function refusePort(judgement: Judgement, port: unknown, field: string): void {
  judgement.refuse(field, `is ${port}; ports are numbers from 1 to 65535`);
}

/** The server fills in a value that is empty. */
export function oneOf(
  judgement: Judgement,
  value: string | null | undefined,
  allowed: readonly string[],
  at: string,
  name: string,
): void {
  if (isOneOf(value, allowed)) return;
  judgement.refuse(`${at}.${name}`, `is "${value}"; it can be ${allowed.join(', ')}`);
}

function isOneOf(value: string | null | undefined, allowed: readonly string[]): boolean {
  return !value || allowed.includes(value);
}
