/** CustomResourceDefinitions as objects: defaults, what can be wrong with them, and the conditions that say that they
 * are in force. */
import { timestamp } from '../core.ts';
import { deepEqual } from '../deep-equal.ts';
import type { KindRules } from '../kinds/rules.ts';
import type { MutableObject } from '../mutable.ts';
import type { FieldError } from '../status.ts';
import { immutable, invalidValue, required } from '../validation/names.ts';
import { enumErrors } from '../validation/pod-spec.ts';

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
  generationOf: ['spec'],
  setDefaults(object) {
    const { spec } = object;
    if (!spec?.names) return;
    spec.names.singular ??= String(spec.names.kind ?? '').toLowerCase();
    spec.names.listKind ??= `${spec.names.kind}List`;
    spec.conversion ??= { strategy: 'None' };
  },
  prepareCreate(object, place) {
    object.status = establishedStatus(object, timestamp(place.now()));
    object.metadata.finalizers = [...new Set([...(object.metadata.finalizers ?? []), CLEANUP_FINALIZER])];
  },
  prepareUpdate(object, old) {
    if (!object.spec?.names) return;
    const storage = ((object.spec.versions ?? []) as readonly DefinitionVersion[]).find(
      ({ storage }) => storage,
    )?.name;
    object.status = {
      ...old.status,
      acceptedNames: object.spec.names,
      storedVersions: [
        ...new Set([...(old.status?.storedVersions ?? []), ...(storage === undefined ? [] : [storage])]),
      ],
    };
  },
  validate: definitionErrors,
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

function establishedStatus(object: MutableObject, now: string): Record<string, unknown> {
  const versions = (object.spec.versions ?? []) as readonly DefinitionVersion[];
  const condition = (type: string, reason: string, message: string) => ({
    type,
    status: 'True',
    reason,
    message,
    lastTransitionTime: now,
    observedGeneration: 1,
  });
  return {
    conditions: [
      condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
      condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
    ],
    acceptedNames: object.spec.names,
    storedVersions: versions.filter((version) => version.storage).map((version) => version.name),
  };
}

function definitionErrors(object: MutableObject): FieldError[] {
  const { spec, metadata } = object;
  const versions = (spec.versions ?? []) as readonly DefinitionVersion[];
  const expected = `${spec.names?.plural}.${spec.group}`;
  return [
    ...(metadata.name === expected
      ? []
      : [invalidValue('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group')]),
    ...(spec.group ? [] : [required('spec.group')]),
    ...(spec.scope
      ? enumErrors(spec.scope, ['Cluster', 'Namespaced'], 'spec.scope')
      : [required('spec.scope')]),
    ...(spec.names?.plural ? [] : [required('spec.names.plural')]),
    ...(spec.names?.kind ? [] : [required('spec.names.kind')]),
    ...(versions.filter((version) => version.storage).length === 1
      ? []
      : [invalidValue('spec.versions', versions, 'must have exactly one version marked as storage version')]),
    ...versions.flatMap((version, i): FieldError[] => {
      const at = `spec.versions[${i}].schema.openAPIV3Schema`;
      const schema = version.schema?.openAPIV3Schema;
      if (!schema) return [required(at, 'schemas are required')];
      return schema.type === 'object'
        ? []
        : schema.type === undefined
          ? [required(`${at}.type`, 'must not be empty at the root')]
          : [invalidValue(`${at}.type`, schema.type, 'must be object at the root')];
    }),
  ];
}
