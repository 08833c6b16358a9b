/** Policies: rules that teams set themselves, beyond what Kubernetes refuses. In come the rendered applications of an
 * environment, what its own policies found, and its exceptions; out come errors and warnings. The rules that Truekeel
 * brings along are carried out here; those of a program in its own process, as they are code of users. */
export { judgePolicies, starterJudge } from './judge.ts';
export { STARTER_RULES } from './starter.ts';
