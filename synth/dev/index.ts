/** The live loop: in comes a program that is being written, and a cluster; out go, at each save, what the save changed in
 * the objects, and what came of applying it. Each render runs in a process of its own that was started ahead. */
export { openDevCluster } from './cluster.ts';
export type { ObjectChange } from './object-changes.ts';
export { type DevEvent, type DevProgram, develop } from './session.ts';
