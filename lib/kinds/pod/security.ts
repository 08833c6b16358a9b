/** Security contexts of pods and of their containers. */
import { enumErrors, type FieldError, type Fields, invalidValue, required } from '../field-errors.ts';

const LARGEST_ID = 2_147_483_647;
const SYSCTL = /^(?:[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?$/;

export function containerSecurityErrors(context: Fields, at: string): FieldError[] {
  if (!context) return [];
  const { privileged, allowPrivilegeEscalation, capabilities, procMount } = context;
  const conflict = (why: string) =>
    allowPrivilegeEscalation === false
      ? [invalidValue(at, context, `cannot set \`allowPrivilegeEscalation\` to false and ${why}`)]
      : [];
  return [
    ...idErrors(context, at),
    ...seccompErrors(context.seccompProfile, `${at}.seccompProfile`),
    ...enumErrors(procMount, ['Default', 'Unmasked'], `${at}.procMount`),
    ...(privileged === true ? conflict('`privileged` to true') : []),
    ...((capabilities?.add ?? []).includes('CAP_SYS_ADMIN')
      ? conflict('`capabilities.Add` CAP_SYS_ADMIN')
      : []),
  ];
}

export function podSecurityErrors(context: Fields, at: string): FieldError[] {
  if (!context) return [];
  return [
    ...idErrors(context, at),
    ...identifier(context.fsGroup, `${at}.fsGroup`),
    ...((context.supplementalGroups ?? []) as readonly number[]).flatMap((group, i) =>
      identifier(group, `${at}.supplementalGroups[${i}]`),
    ),
    ...enumErrors(context.fsGroupChangePolicy, ['Always', 'OnRootMismatch'], `${at}.fsGroupChangePolicy`),
    ...seccompErrors(context.seccompProfile, `${at}.seccompProfile`),
    ...((context.sysctls ?? []) as readonly Fields[]).flatMap(({ name }, i) =>
      sysctlErrors(name, `${at}.sysctls[${i}].name`),
    ),
  ];
}

function sysctlErrors(name: string | undefined, field: string): FieldError[] {
  if (!name) return [required(field)];
  return name.length <= 253 && SYSCTL.test(name)
    ? []
    : [
        invalidValue(
          field,
          name,
          'must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$',
        ),
      ];
}

function idErrors({ runAsUser, runAsGroup }: Fields, at: string): FieldError[] {
  return [...identifier(runAsUser, `${at}.runAsUser`), ...identifier(runAsGroup, `${at}.runAsGroup`)];
}

function identifier(id: number | null | undefined, field: string): FieldError[] {
  return id == null || (id >= 0 && id <= LARGEST_ID)
    ? []
    : [invalidValue(field, id, `must be between 0 and ${LARGEST_ID}, inclusive`)];
}

function seccompErrors(profile: Fields, at: string): FieldError[] {
  if (!profile) return [];
  const { type, localhostProfile } = profile;
  if (!type) return [required(`${at}.type`, 'type is required when seccompProfile is set')];
  if (type === 'Localhost') {
    return localhostProfile
      ? []
      : [required(`${at}.localhostProfile`, 'must be set when seccomp type is Localhost')];
  }
  return [
    ...enumErrors(type, ['Localhost', 'RuntimeDefault', 'Unconfined'], `${at}.type`),
    ...(localhostProfile
      ? [
          invalidValue(
            `${at}.localhostProfile`,
            localhostProfile,
            'can only be set when seccomp type is Localhost',
          ),
        ]
      : []),
  ];
}
