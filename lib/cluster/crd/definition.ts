/** CustomResourceDefinitions as objects: defaults, and the conditions that say that they are in force. */
import { immutable } from '../../kinds/index.ts';
import type { KubernetesObject } from '../../objects/index.ts';
import { deepEqual } from '../deep-equal.ts';
import { setServicePort } from '../kinds/admission.ts';
import type { KindRules } from '../kinds/rules.ts';

/** Keeps a definition until its objects are gone. */
export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

export interface DefinitionVersion {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly schema?: { readonly openAPIV3Schema?: import('../openapi/schema.ts').SchemaNode };
  readonly subresources?: {
    readonly status?: unknown;
    readonly scale?: {
      readonly specReplicasPath: string;
      readonly statusReplicasPath: string;
      readonly labelSelectorPath?: string;
    };
  };
  readonly additionalPrinterColumns?: readonly import('../resources/resource.ts').PrinterColumn[];
  readonly selectableFields?: readonly { readonly jsonPath: string }[];
}

export const customResourceDefinition: KindRules = {
  deletionFinalizer: CLEANUP_FINALIZER,
  generationOf: ['spec'],
  setDefaults(object) {
    const { spec } = object;
    if (!spec?.names) return;
    if (spec.names.kind) {
      spec.names.singular ??= String(spec.names.kind).toLowerCase();
      spec.names.listKind ??= `${spec.names.kind}List`;
    }
    spec.conversion ??= { strategy: 'None' };
    setServicePort(spec.conversion.webhook?.clientConfig?.service);
  },
  prepareCreate(object) {
    const versions = (object.spec?.versions ?? []) as readonly DefinitionVersion[];
    object.status = {
      conditions: null,
      acceptedNames: { plural: '', kind: '' },
      storedVersions: versions.filter((version) => version.storage).map((version) => version.name),
    };
  },
  prepareUpdate(object, old) {
    const versions = (object.spec?.versions ?? []) as readonly DefinitionVersion[];
    const stored = versions.filter((version) => version.storage).map((version) => version.name);
    object.status = {
      ...old.status,
      storedVersions: [...new Set([...(old.status?.storedVersions ?? []), ...stored])],
    };
  },
  validateUpdate: (object, old) => [
    ...(object.spec.group === old.spec.group ? [] : [immutable('spec.group', object.spec.group)]),
    ...(object.spec.scope === old.spec.scope ? [] : [immutable('spec.scope', object.spec.scope)]),
    ...(deepEqual(object.spec.names.kind, old.spec.names.kind)
      ? []
      : [immutable('spec.names.kind', object.spec.names.kind)]),
    ...(object.spec.names.plural === old.spec.names.plural
      ? []
      : [immutable('spec.names.plural', object.spec.names.plural)]),
  ],
};

/** The status of a definition that is in force.
 * @param now as a timestamp; conditions that are there already keep theirs */
export function establishedStatus(definition: KubernetesObject, now: string): Record<string, unknown> {
  const present = (definition.status?.conditions ?? []) as readonly { readonly type: string }[];
  const condition = (type: string, reason: string, message: string) =>
    present.find((other) => other.type === type) ?? {
      type,
      status: 'True',
      reason,
      message,
      lastTransitionTime: now,
    };
  return {
    ...definition.status,
    conditions: [
      condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
      condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
    ],
    acceptedNames: definition.spec.names,
  };
}
