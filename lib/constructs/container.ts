/** From the options of a container to what stands in a pod. */
import { Size } from 'cdk8s';
import { compareText } from '../objects/index.ts';
import type { ContainerOptions } from './container-options.ts';
import { HealthCheck } from './health-check.ts';
import { Mount } from './mount.ts';
import { type ComputeAmount, Cpu, computeQuantities, exceeds } from './quantity.ts';

/** A container of a pod: one of those that run together, or one that runs before them. */
export interface PodContainer {
  readonly name: string;
  readonly options: ContainerOptions;
  /** Its mounts, with the directory for files that nobody keeps. */
  readonly mounts: readonly Mount[];
  /** Whether it runs to its end before the others start; nobody asks for its health. */
  readonly isInit: boolean;
}

const TEMPORARY = '/tmp';

export function podContainer(name: string, options: ContainerOptions, isInit: boolean): PodContainer {
  const { mounts = [], readOnlyRootFilesystem = true } = options;
  const hasTemporary = !readOnlyRootFilesystem || mounts.some(({ path }) => path === TEMPORARY);
  return {
    name,
    options,
    mounts: hasTemporary ? mounts : [...mounts, Mount.emptyDirectory(TEMPORARY)],
    isInit,
  };
}

/** The container, as Kubernetes writes it.
 * @param volumeOf the name of the volume that a mount is of */
export function renderContainer(
  { name, options, mounts, isInit }: PodContainer,
  volumeOf: (mount: Mount) => string,
): object {
  const { image, command, args, user, group, readOnlyRootFilesystem = true, port } = options;
  const checks = isInit ? {} : checksOf(options);
  return {
    name,
    image,
    command: command && [...command],
    args: args && [...args],
    ports: orNothing(portsOf(options).map(([of, containerPort]) => ({ name: of, containerPort }))),
    env: orNothing(environmentOf(options)),
    envFrom: orNothing((options.environmentFrom ?? []).flatMap((source) => source._find().found ?? [])),
    resources: {
      requests: computeQuantities(resourcesOf(options).requests),
      limits: computeQuantities(resourcesOf(options).limits),
    },
    readinessProbe: checks.readiness?._probe(port),
    livenessProbe: checks.liveness?._probe(port),
    startupProbe: checks.startup?._probe(port),
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem,
      runAsUser: user,
      runAsGroup: group,
    },
    volumeMounts: orNothing(
      mounts.map((mount) => ({
        name: volumeOf(mount),
        mountPath: mount.path,
        readOnly: mount._source.readOnly,
      })),
    ),
  };
}

/** Name and number of each port: the main one first. */
export function portsOf({
  port,
  portName = 'http',
  morePorts = {},
}: ContainerOptions): readonly (readonly [string, number])[] {
  const more = Object.entries(morePorts).sort(([a], [b]) => compareText(a, b));
  return [...(port === undefined ? [] : [[portName, port] as const]), ...more];
}

/** What Kubernetes would refuse, or the restricted Pod Security Standard. */
export function containerProblems({ name, options, mounts, isInit }: PodContainer): readonly string[] {
  const { image, user, environment = {}, environmentValues = {}, environmentFrom = [] } = options;
  const { requests, limits } = resourcesOf(options);
  const paths = mounts.map(({ path }) => path);
  const checks = isInit ? {} : checksOf(options);
  return [
    image === '' ? 'has no image' : undefined,
    user === 0 ? 'runs as user 0, which is root: give another, or patch the security context' : undefined,
    exceeds(requests, limits) ? 'requests more than its limits' : undefined,
    ...portProblems(options),
    ...Object.keys(environmentValues)
      .filter((variable) => variable in environment)
      .map((variable) => `has ${variable} in environment and in environmentValues`),
    ...[...Object.values(environmentValues), ...environmentFrom].map(
      (value) => value._find().problem && `reads its environment where it cannot: ${value._find().problem}`,
    ),
    ...paths.flatMap((path, index) => [
      path.startsWith('/') ? undefined : `mounts something at "${path}", which does not begin with "/"`,
      paths.indexOf(path) !== index ? `mounts two things at ${path}` : undefined,
    ]),
    ...mounts.map(({ path, _source: { find } }) => {
      const problem = find?.().problem;
      return problem === undefined ? undefined : `mounts at ${path} what it cannot: ${problem}`;
    }),
    ...Object.entries(checks).map(([which, check]) => {
      const problem = check._problem(options.port);
      return problem === undefined ? undefined : `${which} ${problem}`;
    }),
  ]
    .filter((problem) => problem !== undefined)
    .map((problem) => `container ${name} ${problem}`);
}

function portProblems(options: ContainerOptions): readonly (string | undefined)[] {
  const ports = portsOf(options);
  return ports.flatMap(([name, number], index) => [
    Number.isInteger(number) && number > 0 && number < 65_536 ? undefined : `listens on port ${number}`,
    // An IANA service name: Kubernetes API reference, ContainerPort.
    /^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/.test(name) && name.length <= 15
      ? undefined
      : `has a port named "${name}": it can be 15 lower-case letters, digits and single dashes`,
    ports.findIndex(([other]) => other === name) < index ? `has two ports named ${name}` : undefined,
  ]);
}

const CPU = Cpu.millis(100);
const MEMORY = Size.mebibytes(128);

function resourcesOf({ requests = {}, limits = {} }: ContainerOptions): {
  readonly requests: ComputeAmount;
  readonly limits: ComputeAmount;
} {
  const memory = requests.memory ?? limits.memory ?? MEMORY;
  return {
    requests: { cpu: requests.cpu ?? limits.cpu ?? CPU, memory },
    limits: { ...(limits.cpu && { cpu: limits.cpu }), memory: limits.memory ?? memory },
  };
}

interface Checks {
  readonly readiness?: HealthCheck;
  readonly liveness?: HealthCheck;
  readonly startup?: HealthCheck;
}

function checksOf({ port, readiness, liveness, startup }: ContainerOptions): Checks {
  const given = {
    ...(readiness && { readiness }),
    ...(liveness && { liveness }),
    ...(startup && { startup }),
  };
  if (port === undefined) return given;
  const connection = HealthCheck.tcp();
  return {
    readiness: connection,
    liveness: connection,
    startup: HealthCheck.tcp({ failureThreshold: 30 }),
    ...given,
  };
}

function environmentOf({ environment = {}, environmentValues = {} }: ContainerOptions): readonly object[] {
  return [
    ...Object.entries(environment).map(([name, value]) => ({ name, value })),
    ...Object.entries(environmentValues).map(([name, value]) => ({ name, valueFrom: value._find().found })),
  ].sort((a, b) => compareText(a.name, b.name));
}

function orNothing<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}
