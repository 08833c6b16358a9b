/** What can be wrong with a pod's spec: the mistakes that people make, not all that a server checks. */
import { type KubernetesObject, nameProblems, parseQuantity } from '../../objects/index.ts';
import {
  duplicate,
  enumErrors,
  type FieldError,
  type Fields,
  invalidValue,
  required,
} from '../field-errors.ts';
import { portErrors } from '../ports.ts';

/** @param claimed names of volumes that are not in the spec: those of a StatefulSet's claim templates */
export function podSpecErrors(spec: Fields, path: string, claimed: readonly string[] = []): FieldError[] {
  const volumes = new Set<string>(claimed);
  const volumeErrors = (spec.volumes ?? []).flatMap((volume: Fields, i: number) => {
    const errors = labelNameErrors(volume.name, `${path}.volumes[${i}].name`);
    if (volumes.has(volume.name) && !claimed.includes(volume.name))
      errors.push(duplicate(`${path}.volumes[${i}].name`, volume.name));
    volumes.add(volume.name);
    return errors;
  });
  const names = new Set<string>();
  const containers = (list: readonly Fields[] | undefined, at: string) =>
    (list ?? []).flatMap((container: Fields, i: number) => {
      const errors = containerErrors(container, `${at}[${i}]`, volumes);
      if (names.has(container.name)) errors.push(duplicate(`${at}[${i}].name`, container.name));
      names.add(container.name);
      return errors;
    });
  return [
    ...volumeErrors,
    ...(spec.containers?.length > 0 ? [] : [required(`${path}.containers`)]),
    ...containers(spec.containers, `${path}.containers`),
    ...containers(spec.initContainers, `${path}.initContainers`),
    ...enumErrors(spec.restartPolicy, ['Always', 'OnFailure', 'Never'], `${path}.restartPolicy`),
    ...enumErrors(
      spec.dnsPolicy,
      ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'],
      `${path}.dnsPolicy`,
    ),
  ];
}

function containerErrors(container: Fields, path: string, volumes: ReadonlySet<string>): FieldError[] {
  const portNames = new Set<string>();
  return [
    ...labelNameErrors(container.name, `${path}.name`),
    ...(container.image ? [] : [required(`${path}.image`)]),
    ...(container.image && container.image !== container.image.trim()
      ? [invalidValue(`${path}.image`, container.image, 'must not have leading or trailing whitespace')]
      : []),
    ...(container.ports ?? []).flatMap((port: Fields, i: number) => {
      const at = `${path}.ports[${i}]`;
      const errors = portErrors(port.containerPort, `${at}.containerPort`);
      if (port.name !== undefined && portNames.has(port.name))
        errors.push(duplicate(`${at}.name`, port.name));
      if (port.name !== undefined) portNames.add(port.name);
      return [...errors, ...enumErrors(port.protocol, ['SCTP', 'TCP', 'UDP'], `${at}.protocol`)];
    }),
    ...(container.env ?? []).flatMap((variable: Fields, i: number) =>
      variable.name ? [] : [required(`${path}.env[${i}].name`)],
    ),
    ...(container.volumeMounts ?? []).flatMap((mount: Fields, i: number): FieldError[] => {
      const at = `${path}.volumeMounts[${i}]`;
      return [
        ...(volumes.has(mount.name)
          ? []
          : [
              {
                type: 'FieldValueNotFound' as const,
                field: `${at}.name`,
                message: `Not found: ${JSON.stringify(mount.name)}`,
              },
            ]),
        ...(mount.mountPath ? [] : [required(`${at}.mountPath`)]),
      ];
    }),
    ...resourceErrors(container.resources ?? {}, `${path}.resources`),
    ...enumErrors(container.imagePullPolicy, ['Always', 'IfNotPresent', 'Never'], `${path}.imagePullPolicy`),
  ];
}

function resourceErrors(resources: Fields, path: string): FieldError[] {
  return Object.entries((resources.requests ?? {}) as Record<string, string>).flatMap(([name, request]) => {
    const limit = resources.limits?.[name];
    if (limit === undefined || (parseQuantity(request) ?? 0n) <= (parseQuantity(limit) ?? 0n)) return [];
    return [
      invalidValue(`${path}.requests`, request, `must be less than or equal to ${name} limit of ${limit}`),
    ];
  });
}

function labelNameErrors(name: string | undefined, field: string): FieldError[] {
  if (!name) return [required(field)];
  return nameProblems(name, 'dns-1123-label').map((problem) => invalidValue(field, name, problem));
}

export function podErrors({ spec }: KubernetesObject): FieldError[] {
  return podSpecErrors(spec, 'spec');
}
