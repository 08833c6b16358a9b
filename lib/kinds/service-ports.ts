/** Ports of services (core/validation, validateServicePort). */
import { duplicate, enumErrors, type FieldError, type Fields, forbidden, required } from './field-errors.ts';
import { labelNameErrors, qualifiedNameErrors } from './names.ts';
import { portErrors, portNameErrors } from './ports.ts';

interface ServicePort {
  readonly name?: string;
  readonly protocol?: string;
  readonly port?: number;
  readonly targetPort?: number | string;
  readonly nodePort?: number;
  readonly appProtocol?: string;
}

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

export function servicePortsErrors({ ports, type }: Fields): FieldError[] {
  const list: readonly ServicePort[] = ports ?? [];
  return [
    ...list.flatMap((port, i) => portOfServiceErrors(port, `spec.ports[${i}]`)),
    ...namesErrors(list),
    ...((type || 'ClusterIP') === 'ClusterIP' ? noNodePortErrors(list) : []),
    ...repeatedErrors(list),
  ];
}

function portOfServiceErrors(
  { port = 0, protocol, targetPort, appProtocol }: ServicePort,
  at: string,
): FieldError[] {
  // The server fills in the port itself.
  const target = targetPort || port;
  return [
    ...portErrors(port, `${at}.port`),
    ...enumErrors(protocol || undefined, PROTOCOLS, `${at}.protocol`),
    ...(typeof target === 'number'
      ? portErrors(target, `${at}.targetPort`)
      : portNameErrors(target, `${at}.targetPort`)),
    ...(appProtocol == null ? [] : qualifiedNameErrors(appProtocol, `${at}.appProtocol`)),
  ];
}

function namesErrors(ports: readonly ServicePort[]): FieldError[] {
  const seen = new Set<string>();
  return ports.flatMap(({ name }, i) => {
    const field = `spec.ports[${i}].name`;
    if (!name) return ports.length > 1 ? [required(field)] : [];
    const errors = labelNameErrors(name, field);
    if (seen.has(name)) errors.push(duplicate(field, name));
    seen.add(name);
    return errors;
  });
}

function noNodePortErrors(ports: readonly ServicePort[]): FieldError[] {
  return ports.flatMap(({ nodePort }, i) =>
    nodePort ? [forbidden(`spec.ports[${i}].nodePort`, "may not be used when `type` is 'ClusterIP'")] : [],
  );
}

/** Protocol and number tell ports from each other. */
function repeatedErrors(ports: readonly ServicePort[]): FieldError[] {
  const seen = new Set<string>();
  const isSeen = (key: string) => {
    const before = seen.has(key);
    seen.add(key);
    return before;
  };
  return ports.flatMap(({ port, nodePort, protocol: given }, i) => {
    const protocol = given || 'TCP';
    const at = `spec.ports[${i}]`;
    return [
      ...(nodePort && isSeen(`node ${protocol} ${nodePort}`) ? [duplicate(`${at}.nodePort`, nodePort)] : []),
      ...(isSeen(`${protocol} ${port}`) ? [duplicate(at, { protocol, port })] : []),
    ];
  });
}
