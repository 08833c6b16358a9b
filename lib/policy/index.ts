/** Policies: rules that teams set themselves, beyond what Kubernetes refuses. In come the rendered applications of an
 * environment, what its own policies found, and its exceptions; out come errors and warnings. The rules that Truekeel
 * brings along are carried out here; those of a program in its own process, as they are code of users. */
export { AdmissionEvaluator, type WithDefaults } from './admission/evaluate.ts';
export { judgePolicies } from './judge.ts';
export { judgeKept, type KeptPolicies, recordedErrors } from './kept.ts';
export { isSecretName } from './secret-name.ts';
export { STARTER_RULES } from './starter.ts';
