/** Telling others what became of a release: in come the notifications that it names and the news, out go requests to their
 * sinks. Secrets that they name are read from the cluster; nothing of them, and of what objects hold, is told or shown. */
export type { ApplicationNews, ProblemNews, ReleasedWork, ReleaseNews, WorkNews } from './news.ts';
export { type NotifyRequest, notify, type Undelivered } from './notify.ts';
