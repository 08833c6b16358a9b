/** Services. */
import { type KubernetesObject, nameProblems } from '../objects/index.ts';
import { duplicate, enumErrors, type FieldError, forbidden, invalidValue, required } from './field-errors.ts';
import { portErrors } from './ports.ts';

const NO_ADDRESS = 'None';
const NODE_PORT_TYPES = ['NodePort', 'LoadBalancer'];

interface ServicePort {
  readonly name?: string;
  readonly protocol?: string;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly nodePort?: number;
}

export function serviceErrors(object: KubernetesObject): FieldError[] {
  const { spec } = object;
  const ports = (spec.ports ?? []) as readonly ServicePort[];
  const needsPorts = spec.type !== 'ExternalName' && spec.clusterIP !== NO_ADDRESS;
  const seen = new Set<string>();
  return [
    ...enumErrors(spec.type, ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'], 'spec.type'),
    ...(spec.type === 'ExternalName' && !spec.externalName ? [required('spec.externalName')] : []),
    ...(needsPorts && ports.length === 0 ? [required('spec.ports')] : []),
    ...ports.flatMap((port, i): FieldError[] => {
      const at = `spec.ports[${i}]`;
      const errors = [
        ...portErrors(port.port, `${at}.port`),
        ...enumErrors(port.protocol, ['SCTP', 'TCP', 'UDP'], `${at}.protocol`),
        ...(typeof port.targetPort === 'number' ? portErrors(port.targetPort, `${at}.targetPort`) : []),
      ];
      if (port.nodePort !== undefined && !NODE_PORT_TYPES.includes(spec.type)) {
        errors.push(
          forbidden(`${at}.nodePort`, `may not be used when \`type\` is '${spec.type ?? 'ClusterIP'}'`),
        );
      }
      if (ports.length > 1 && !port.name) errors.push(required(`${at}.name`));
      else if (port.name) {
        errors.push(
          ...nameProblems(port.name, 'dns-1123-label').map((problem) =>
            invalidValue(`${at}.name`, port.name, problem),
          ),
        );
        if (seen.has(port.name)) {
          errors.push(duplicate(`${at}.name`, port.name));
        }
        seen.add(port.name);
      }
      return errors;
    }),
  ];
}
