/** The containers that objects will run. */
import type { RenderedObject } from '../../lib/objects/index.ts';
import { podSpecOf } from '../../lib/plan/index.ts';

/** A container or init container. The fields are what Kubernetes' API says of core/v1 Container and PodSpec. */
export interface FoundContainer {
  readonly object: RenderedObject;
  readonly name: string;
  readonly image: string | undefined;
  readonly resources: ResourceFields | undefined;
  readonly securityContext: SecurityFields;
  readonly podSecurityContext: SecurityFields;
  readonly serviceAccount: string;
  readonly ports: readonly { readonly containerPort?: number }[];
}

export interface ResourceFields {
  readonly requests?: Readonly<Record<string, string | number>>;
  readonly limits?: Readonly<Record<string, string | number>>;
}

interface SecurityFields {
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly runAsNonRoot?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
}

interface ContainerFields {
  readonly name?: string;
  readonly image?: string;
  readonly resources?: ResourceFields;
  readonly securityContext?: SecurityFields;
  readonly ports?: FoundContainer['ports'];
}

interface PodFields {
  readonly containers: readonly ContainerFields[];
  readonly initContainers?: readonly ContainerFields[];
  readonly securityContext?: SecurityFields;
  readonly serviceAccountName?: string;
}

export function containersOf(objects: readonly RenderedObject[]): readonly FoundContainer[] {
  return objects.flatMap((object) => {
    const spec = podSpecOf(object.object) as PodFields | undefined; // see FoundContainer
    if (!spec) return [];
    return [...(spec.initContainers ?? []), ...spec.containers].map(
      (container): FoundContainer => ({
        object,
        name: container.name ?? '',
        image: container.image,
        resources: container.resources,
        securityContext: container.securityContext ?? {},
        podSecurityContext: spec.securityContext ?? {},
        serviceAccount: spec.serviceAccountName ?? 'default',
        ports: container.ports ?? [],
      }),
    );
  });
}
