/** Drift as a pull request: in go what is rendered, what is live and the program; out come edits of the program that make it
 * say what is live, each proved by rendering, and a pull request that has them. The program runs where it can do no harm, as
 * it does when it is rendered; nothing but files that it consists of is edited. */
export { type Adoption, adoptLive } from './adopt.ts';
export type { AdoptedField } from './find-edits.ts';
export { valueText, whoText } from './proposal.ts';
export { type Proposed, propose } from './propose.ts';
export { unifiedDiff } from './unified-diff.ts';
