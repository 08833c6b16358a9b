/** Claims and classes of storage (core/validation and storage/validation). */
import { type KubernetesObject, nameProblems, qualifiedNameProblems } from '../objects/index.ts';
import {
  enumErrors,
  type FieldError,
  type Fields,
  forbidden,
  invalidValue,
  itemsOf,
  notSupported,
  required,
  textsOf,
  tooLong,
} from './field-errors.ts';
import { positiveAmountErrors } from './resource-names.ts';
import { selectorErrors } from './selector.ts';

export const VOLUME_MODES = ['Block', 'Filesystem'];
const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

export function accessModeErrors(modes: readonly string[], field: string): FieldError[] {
  return [
    ...modes
      .filter((mode) => !ACCESS_MODES.includes(mode))
      .map((mode) => notSupported(field, mode, ACCESS_MODES)),
    ...(modes.includes('ReadWriteOncePod') && modes.some((mode) => mode !== 'ReadWriteOncePod')
      ? [forbidden(field, 'may not use ReadWriteOncePod with other access modes')]
      : []),
  ];
}

export function classNameErrors(name: string | null | undefined, field: string): FieldError[] {
  return name ? nameProblems(name, undefined).map((problem) => invalidValue(field, name, problem)) : [];
}

export function persistentVolumeClaimErrors({ spec }: KubernetesObject): FieldError[] {
  return claimErrors(spec ?? {}, 'spec');
}

export function claimErrors(spec: Fields, path: string): FieldError[] {
  const storage = spec.resources?.requests?.storage;
  return [
    ...(spec.accessModes?.length
      ? []
      : [required(`${path}.accessModes`, 'at least 1 access mode is required')]),
    ...(spec.selector ? selectorErrors(spec.selector, `${path}.selector`) : []),
    ...accessModeErrors(textsOf(spec.accessModes), `${path}.accessModes`),
    ...(storage == null
      ? [required(`${path}.resources[storage]`)]
      : positiveAmountErrors(storage, `${path}.resources[storage]`)),
    ...classNameErrors(spec.storageClassName, `${path}.storageClassName`),
    ...enumErrors(spec.volumeMode, VOLUME_MODES, `${path}.volumeMode`),
    ...(isKept(spec.dataSource, spec.dataSourceRef)
      ? sourceErrors(spec.dataSource, `${path}.dataSource`)
      : []),
    ...(spec.dataSourceRef ? sourceErrors(spec.dataSourceRef, `${path}.dataSourceRef`) : []),
  ];
}

/** Sources that the server knows nothing of it drops, unless they are what the claim refers to in the other field too. */
function isKept(source: Fields, other: Fields): boolean {
  if (!source) return false;
  if (other && ['apiGroup', 'kind', 'name'].every((field) => source[field] === other[field])) return true;
  const kind = `${source.apiGroup ?? ''}/${source.kind}`;
  return kind === '/PersistentVolumeClaim' || kind === 'snapshot.storage.k8s.io/VolumeSnapshot';
}

function sourceErrors({ apiGroup, kind, name }: Fields, at: string): FieldError[] {
  return [
    ...(name ? [] : [required(`${at}.name`)]),
    ...(kind ? [] : [required(`${at}.kind`)]),
    ...(apiGroup
      ? nameProblems(apiGroup, undefined).map((problem) => invalidValue(`${at}.apiGroup`, apiGroup, problem))
      : kind === 'PersistentVolumeClaim'
        ? []
        : [
            invalidValue(
              at,
              kind ?? '',
              "must be 'PersistentVolumeClaim' when referencing the default apiGroup",
            ),
          ]),
  ];
}

const PARAMETERS = 512;
const PARAMETERS_SIZE = 262_144;

export function storageClassErrors(storageClass: KubernetesObject): FieldError[] {
  const { provisioner, parameters, reclaimPolicy, volumeBindingMode } = storageClass;
  return [
    ...(provisioner
      ? qualifiedNameProblems(provisioner.toLowerCase()).map((problem) =>
          invalidValue('provisioner', provisioner, problem),
        )
      : [required('provisioner')]),
    ...parameterErrors(parameters ?? {}),
    ...enumErrors(reclaimPolicy, ['Delete', 'Retain'], 'reclaimPolicy'),
    ...enumErrors(volumeBindingMode, ['Immediate', 'WaitForFirstConsumer'], 'volumeBindingMode'),
    ...topologyErrors(itemsOf(storageClass.allowedTopologies)),
  ];
}

function parameterErrors(parameters: Readonly<Record<string, string>>): FieldError[] {
  const entries = Object.entries(parameters);
  if (entries.length > PARAMETERS) {
    const message = `Too long: may not be more than ${PARAMETERS} bytes`;
    return [{ type: 'FieldValueTooLong', field: 'parameters', message }];
  }
  const size = entries.reduce((sum, [key, value]) => sum + key.length + (value ?? '').length, 0);
  return [
    ...('' in parameters ? [invalidValue('parameters', '', 'field can not be empty.')] : []),
    ...(size > PARAMETERS_SIZE ? [tooLong('parameters', PARAMETERS_SIZE)] : []),
  ];
}

function topologyErrors(terms: readonly Fields[]): FieldError[] {
  return terms.flatMap((term, i) =>
    itemsOf(term?.matchLabelExpressions).flatMap(({ key, values }, j) => {
      const at = `allowedTopologies[${i}].matchLabelExpressions[${j}]`;
      return [
        ...(values?.length ? [] : [required(`${at}.values`)]),
        ...qualifiedNameProblems(key ?? '').map((problem) => invalidValue(`${at}.key`, key, problem)),
      ];
    }),
  );
}
