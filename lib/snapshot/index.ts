/** Snapshots: a cluster comes in, out comes what a plan of one environment needs of it, as a file without the values of
 * Secrets; and back, a client that answers from such a file as the cluster would have answered then. Nothing is
 * written, and no cluster is asked. */
export { snapshotCautions } from './cautions.ts';
export { snapshotClient } from './client.ts';
export { readSnapshot, SNAPSHOT_VERSION, writeSnapshot } from './file.ts';
export type { Snapshot, SnapshotCluster, UnreadPlace } from './snapshot.ts';
export { type TakeOptions, takeSnapshot } from './take.ts';
