/** Looks at live objects without polling. In: a client, and which objects. Out: what happens to them, from their
 * metadata ({@link follow}); what that means for what shall be there ({@link ClusterView}); whether they are as we left them, and who changed them ({@link detectDrift}); how they
 * fare until they are ready ({@link watchHealth}). No content is kept, so no Secret is ever held. */
export type { ClusterViewOptions, ViewEvent } from './cluster-view.ts';
export { ClusterView } from './cluster-view.ts';
export type { Baseline, Drift } from './detect-drift.ts';
export { baselineOf, detectDrift } from './detect-drift.ts';
export type { Fight } from './fights.ts';
export { describeOpponents, Fights } from './fights.ts';
export type { FollowEvent, Follower, FollowOptions } from './follow.ts';
export { follow } from './follow.ts';
export type { Observation } from './observation.ts';
export type { HealthTarget, HealthUpdate, WatchHealthOptions } from './watch-health.ts';
export { watchHealth } from './watch-health.ts';
