/** ValidatingAdmissionPolicies of Kubernetes, without a cluster. A door of its own, as the process of a program carries
 * them out: expressions are code of users, and may take their time. */
export { type AdmissionPolicy, admissionPolicies } from './admission-policy.ts';
export { AdmissionEvaluator } from './evaluate.ts';
