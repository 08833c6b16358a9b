/** The vocabulary that all rooms share: object keys, the JSON of objects, digests, the desired state,
 * errors. Nothing here reads a file or a socket. */
export * from './after.ts';
export * from './counted.ts';
export * from './desired.ts';
export * from './digest.ts';
export * from './drift.ts';
export * from './duration.ts';
export * from './errors.ts';
export * from './gate.ts';
export * from './hook.ts';
export * from './key.ts';
export * from './kubernetes-version.ts';
export * from './label-selector.ts';
export * from './name-syntax.ts';
export * from './names.ts';
export * from './nearest.ts';
export * from './notification.ts';
export * from './object.ts';
export * from './order.ts';
export * from './path.ts';
export * from './preview.ts';
export * from './quantity.ts';
export * from './settings.ts';
export * from './version.ts';
export * from './yaml/index.ts';
