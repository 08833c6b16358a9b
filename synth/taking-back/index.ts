/** Taking back, and what it needs to know. In: a rendered branch, its notes, live objects, a forge. Out: where a field comes from,
 * down to the line that somebody wrote ({@link blame}); a rollback as a pull request ({@link proposeRollback}), and the branch moved as
 * that was approved ({@link finishRollback}). */
export { type Blame, type BlamedField, blame } from './blame.ts';
export { finishRollback } from './finish-rollback.ts';
export { findObject, type NamedObject } from './object-name.ts';
export { type Proposal, proposeRollback } from './propose-rollback.ts';
