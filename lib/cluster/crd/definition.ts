/** CustomResourceDefinitions as objects: defaults, what can be wrong with them, and the conditions that say that they
 * are in force. */
import { enumErrors, immutable, invalidValue, required } from '../../kinds/index.ts';
import { type KubernetesObject, nameProblems } from '../../objects/index.ts';
import { definitionSchemaErrors } from '../../schemas/index.ts';
import { deepEqual } from '../deep-equal.ts';
import { setServicePort } from '../kinds/admission.ts';
import type { KindRules } from '../kinds/rules.ts';
import type { MutableObject } from '../mutable.ts';
import type { FieldError } from '../status.ts';

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
    spec.names.singular ??= String(spec.names.kind ?? '').toLowerCase();
    spec.names.listKind ??= `${spec.names.kind}List`;
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
      : [
          invalidValue('spec.versions', versions, 'must have exactly one version marked as storage version'),
          ...(versions.some((version) => version.storage)
            ? []
            : [invalidValue('status.storedVersions', null, 'must have at least one stored version')]),
        ]),
    ...nameErrors(spec.names ?? {}),
    ...(spec.preserveUnknownFields === true
      ? [
          invalidValue(
            'spec.preserveUnknownFields',
            true,
            'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
          ),
        ]
      : []),
    ...conversionErrors(spec.conversion ?? {}),
    ...versions.flatMap((version, i) => versionErrors(version, i, versions)),
  ];
}

/** One schema for all versions is told as the whole definition's. */
const COMMON_SCHEMA = 'spec.validation.openAPIV3Schema';

function versionErrors(
  { name, schema: given }: DefinitionVersion,
  i: number,
  all: readonly DefinitionVersion[],
): FieldError[] {
  const schema = given?.openAPIV3Schema;
  const own = `spec.versions[${i}].schema.openAPIV3Schema`;
  const isCommon = all.every((other) => deepEqual(other.schema, given));
  const problems = nameProblems(name, 'dns-1035-label').map((problem) =>
    invalidValue(`spec.versions[${i}].name`, name, problem),
  );
  if (!schema) return [...problems, required(own)];
  if (isCommon && i > 0) return problems;
  return [...problems, ...definitionSchemaErrors(schema, isCommon ? COMMON_SCHEMA : own)];
}

function nameErrors(names: MutableObject['spec']): FieldError[] {
  const label = (value: string | undefined, field: string, mixed = false) =>
    value
      ? nameProblems(
          value.toLowerCase() === value || !mixed ? value : value.toLowerCase(),
          'dns-1035-label',
        ).map((problem) =>
          invalidValue(
            field,
            value,
            mixed ? `may have mixed case, but should otherwise match: ${problem}` : problem,
          ),
        )
      : [];
  return [
    ...label(names.plural, 'spec.names.plural'),
    ...label(names.singular, 'spec.names.singular'),
    ...label(names.kind, 'spec.names.kind', true),
    ...label(names.listKind, 'spec.names.listKind', true),
    ...((names.shortNames ?? []) as readonly string[]).flatMap((short, i) =>
      label(short, `spec.names.shortNames[${i}]`),
    ),
    ...((names.categories ?? []) as readonly string[]).flatMap((category, i) =>
      label(category, `spec.names.categories[${i}]`),
    ),
  ];
}

function conversionErrors({ strategy, webhook }: MutableObject['spec']): FieldError[] {
  const supported = enumErrors(strategy, ['None', 'Webhook'], 'spec.conversion.strategy');
  if (strategy !== 'Webhook') return supported;
  return [
    ...(webhook?.clientConfig
      ? []
      : [required('spec.conversion.webhookClientConfig', 'required when strategy is set to Webhook')]),
    ...(webhook?.conversionReviewVersions?.length
      ? []
      : [required('spec.conversion.conversionReviewVersions')]),
  ];
}
