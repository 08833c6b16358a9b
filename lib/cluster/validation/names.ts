/** Names, labels and annotations (apimachinery, util/validation). The wording is Kubernetes' own. */
import { type FieldError, invalidValue, labelErrors, required, tooLong } from '../../kinds/index.ts';
import { nameProblems, qualifiedNameProblems } from '../../objects/index.ts';
import type { KindRules } from '../kinds/rules.ts';
import type { MutableObject } from '../mutable.ts';
import type { Resource } from '../resources/resource.ts';

const ANNOTATIONS_LIMIT = 262_144;

/** Checks name, labels and annotations of an object's metadata. */
export function metadataErrors(object: MutableObject, rules: KindRules, resource: Resource): FieldError[] {
  const { metadata } = object;
  const name = nameProblems(metadata.name, rules.nameFormat).map(
    (problem): FieldError => invalidValue('metadata.name', metadata.name, problem),
  );
  return [
    ...name,
    ...labelErrors(metadata.labels, 'metadata.labels'),
    ...annotationErrors(metadata.annotations),
    ...ownerErrors(metadata.ownerReferences),
    ...finalizerErrors(metadata.finalizers, isStrict(resource)),
  ];
}

/** Kinds that own nothing (apimachinery, api/validation). */
const NEVER_OWNERS = ['v1/Event'];

function ownerErrors(owners: MutableObject['metadata']['ownerReferences'] = []): FieldError[] {
  const controllers = owners.filter(({ controller }) => controller === true);
  return [
    ...owners.flatMap((owner, i) => {
      const at = `metadata.ownerReferences[${i}]`;
      const { apiVersion = '', kind = '', name = '', uid = '' } = owner;
      return [
        ...(apiVersion === '' ? [required(`${at}.apiVersion`, 'must not be empty')] : []),
        ...(kind === '' ? [required(`${at}.kind`, 'must not be empty')] : []),
        ...(name === '' ? [required(`${at}.name`, 'must not be empty')] : []),
        ...(uid === '' ? [required(`${at}.uid`, 'must not be empty')] : []),
        ...(NEVER_OWNERS.includes(`${apiVersion}/${kind}`)
          ? [invalidValue(at, owner, `/${apiVersion}, Kind=${kind} is disallowed from being an owner`)]
          : []),
      ];
    }),
    ...(controllers.length > 1
      ? [
          invalidValue(
            'metadata.ownerReferences',
            owners,
            `Only one reference can have Controller set to true. Found "true" in references for ${nameOf(controllers[0]!)} and ${nameOf(controllers[1]!)}`,
          ),
        ]
      : []),
  ];
}

function nameOf({ kind, name }: { readonly kind: string; readonly name: string }): string {
  return `${kind}/${name}`;
}

const STANDARD_FINALIZERS = ['foregroundDeletion', 'kubernetes', 'orphan'];

/** Groups whose validation takes finalizers of any name. */
const LENIENT_GROUPS = [
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'coordination.k8s.io',
  'policy',
];

function isStrict({ custom, group }: Resource): boolean {
  return custom === undefined && !LENIENT_GROUPS.includes(group);
}

function finalizerErrors(finalizers: readonly string[] = [], areStrict: boolean): FieldError[] {
  const field = 'metadata.finalizers';
  return [
    ...finalizers.flatMap((finalizer) =>
      qualifiedNameProblems(finalizer).map((problem) => invalidValue(field, finalizer, problem)),
    ),
    ...(finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')
      ? [invalidValue(field, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set')]
      : []),
    ...finalizers.flatMap((finalizer, i) =>
      areStrict && !finalizer.includes('/') && !STANDARD_FINALIZERS.includes(finalizer)
        ? [
            invalidValue(
              `${field}[${i}]`,
              finalizer,
              'name is neither a standard finalizer name nor is it fully qualified',
            ),
          ]
        : [],
    ),
  ];
}

function annotationErrors(annotations: Readonly<Record<string, string>> | undefined): FieldError[] {
  const entries = Object.entries(annotations ?? {});
  const size = entries.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  return [
    ...entries.flatMap(([key]) =>
      qualifiedNameProblems(key.toLowerCase()).map((problem) =>
        invalidValue('metadata.annotations', key, problem),
      ),
    ),
    ...(size > ANNOTATIONS_LIMIT ? [tooLong('metadata.annotations', ANNOTATIONS_LIMIT)] : []),
  ];
}
