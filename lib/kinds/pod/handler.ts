/** What asks a container, or is run in it: probes and hooks. */
import {
  enumErrors,
  type FieldError,
  type Fields,
  forbidden,
  invalidValue,
  notNegative,
  required,
} from '../field-errors.ts';
import { portErrors, portNameErrors } from '../ports.ts';

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc'];
const HOOK_HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'sleep'];
const HEADER = /^[-A-Za-z0-9]+$/;

export function probeErrors(probe: Fields, at: string, mayRepeatSuccess: boolean): FieldError[] {
  if (!probe) return [];
  const { successThreshold, terminationGracePeriodSeconds: grace } = probe;
  return [
    ...handlerErrors(probe, at, HANDLERS),
    ...notNegative(probe.initialDelaySeconds, `${at}.initialDelaySeconds`),
    ...notNegative(probe.timeoutSeconds, `${at}.timeoutSeconds`),
    ...notNegative(probe.periodSeconds, `${at}.periodSeconds`),
    ...notNegative(successThreshold, `${at}.successThreshold`),
    ...notNegative(probe.failureThreshold, `${at}.failureThreshold`),
    ...(grace != null && grace <= 0
      ? [invalidValue(`${at}.terminationGracePeriodSeconds`, grace, 'must be greater than 0')]
      : []),
    ...(!mayRepeatSuccess && successThreshold > 1
      ? [invalidValue(`${at}.successThreshold`, successThreshold, 'must be 1')]
      : []),
    ...(mayRepeatSuccess && grace != null
      ? [invalidValue(`${at}.terminationGracePeriodSeconds`, grace, 'must not be set for readinessProbes')]
      : []),
  ];
}

export function lifecycleErrors(lifecycle: Fields, at: string, gracePeriod: number): FieldError[] {
  return ['postStart', 'preStop'].flatMap((name) => {
    const hook = lifecycle?.[name];
    if (!hook) return [];
    const seconds = hook.sleep?.seconds;
    return [
      ...handlerErrors(hook, `${at}.${name}`, HOOK_HANDLERS),
      ...(seconds != null && (seconds < 0 || seconds > gracePeriod)
        ? [
            invalidValue(
              `${at}.${name}.sleep`,
              seconds,
              `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriod})`,
            ),
          ]
        : []),
    ];
  });
}

function handlerErrors(handler: Fields, at: string, kinds: readonly string[]): FieldError[] {
  const present = kinds.filter((kind) => handler[kind] != null);
  if (present.length === 0) return [required(at, 'must specify a handler type')];
  return [
    ...present.slice(1).map((kind) => forbidden(`${at}.${kind}`, 'may not specify more than 1 handler type')),
    ...(handler.exec && !handler.exec.command?.length ? [required(`${at}.exec.command`)] : []),
    ...(handler.httpGet ? httpErrors(handler.httpGet, `${at}.httpGet`) : []),
    ...(handler.tcpSocket ? portReferenceErrors(handler.tcpSocket.port, `${at}.tcpSocket.port`) : []),
    ...(handler.grpc ? portErrors(handler.grpc.port ?? 0, `${at}.grpc.port`) : []),
  ];
}

function httpErrors({ port, scheme, httpHeaders }: Fields, at: string): FieldError[] {
  return [
    ...portReferenceErrors(port, `${at}.port`),
    ...enumErrors(scheme, ['HTTP', 'HTTPS'], `${at}.scheme`),
    ...((httpHeaders ?? []) as readonly Fields[]).flatMap(({ name }) =>
      HEADER.test(name ?? '')
        ? []
        : [
            invalidValue(
              `${at}.httpHeaders`,
              name ?? '',
              "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')",
            ),
          ],
    ),
  ];
}

/** By number, or by the name of a container's port. */
function portReferenceErrors(port: number | string | null | undefined, field: string): FieldError[] {
  return typeof port === 'string' ? portNameErrors(port, field) : portErrors(port ?? 0, field);
}
