import type { Permission } from './forge.ts';

const ORDER: readonly Permission[] = ['none', 'read', 'write', 'admin'];

/** Whether somebody may at least that much. */
export function isAtLeastPermission(permission: Permission, wanted: Permission): boolean {
  return ORDER.indexOf(permission) >= ORDER.indexOf(wanted);
}

export function mayWrite(permission: Permission): boolean {
  return isAtLeastPermission(permission, 'write');
}
