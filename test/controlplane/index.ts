/** A real Kubernetes control plane for tests and benchmarks: found in `KUBEBUILDER_ASSETS` or built from Go
 * modules, started on loopback in a few seconds, gone without a trace afterwards. This is the door for programs;
 * test files take `describeOnControlPlane` from suite.ts (one control plane for the whole run, which
 * global-setup.ts starts). */
export { type AuditedRequest, AuditLog, countByVerb, type Mark } from './audit.ts';
export type { Connection } from './connection.ts';
export { type ControlPlane, type StartOptions, startControlPlane } from './start.ts';
