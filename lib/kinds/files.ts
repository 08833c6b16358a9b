/** Paths and modes of files in volumes. */
import { type FieldError, invalidValue, required } from './field-errors.ts';

export function pathErrors(path: string, field: string): FieldError[] {
  return path.split('/').includes('..') ? [invalidValue(field, path, "must not contain '..'")] : [];
}

export function relativePathErrors(path: string | null | undefined, field: string): FieldError[] {
  if (!path) return [required(field)];
  return [
    ...(path.startsWith('/') ? [invalidValue(field, path, 'must be a relative path')] : []),
    ...pathErrors(path, field),
  ];
}

export function modeErrors(mode: number | null | undefined, field: string): FieldError[] {
  return mode == null || (mode >= 0 && mode <= 0o777)
    ? []
    : [invalidValue(field, mode, 'must be a number between 0 and 0777 (octal), both inclusive')];
}

export const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];
