/** Taking back, and what it needs to know. In: a rendered branch, its notes, live objects, a forge. Out: where a field comes from,
 * down to the line that somebody wrote ({@link blame}). */
export { type Blame, type BlamedField, blame, type FieldState } from './blame.ts';
export type { Holder } from './holders.ts';
export type { NamedObject } from './object-name.ts';
