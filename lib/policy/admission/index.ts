/** ValidatingAdmissionPolicies of Kubernetes, as they are read from files. A door of its own, as programs read them, and
 * shall not load what carries them out. */
export { type AdmissionPolicy, admissionPolicies } from './admission-policy.ts';
