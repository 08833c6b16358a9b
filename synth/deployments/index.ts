/** What becomes of a release, for its source commit on the forge: in comes how far it is, out go a deployment and a commit
 * status. A forge harms no release: what it does not take is told, and nothing waits for it. */
export { deploymentContext, type Progress, progressText } from './news.ts';
export { DeploymentReports } from './reports.ts';
