/** Helm charts that lie in the repository: in comes what a program asks of a chart, out come objects as the Helm that is
 * pinned renders them, or what is wrong. Helm gets the archive, whose digest was checked, and the values; it gets no
 * cluster, no plugins, no home directory and no way to the network. */
export { type AnswerOptions, answerChart } from './answer-chart.ts';
export { type ArchivedFile, filesOf } from './archive.ts';
export { ChartCache } from './cache.ts';
export { refuseFetching } from './fetches.ts';
export { type ChartLock, LOCK_FILE, LOCK_SCHEMA, type LockedChart, parseChartLock } from './lock.ts';
export { adoptObjects, readChartOutput } from './objects.ts';
export { ChartProblem } from './problem.ts';
export { helmVersion, renderChart, type TemplateRequest } from './render-chart.ts';
export { findHelm, type Helm, type Ran, runHelm } from './tool.ts';
