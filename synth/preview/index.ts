/** Previews: a program and a pull request (or a work tree) come in, out comes the environment that it would make, in a
 * namespace of its own, for a while. What a preview is stands in that namespace and nowhere else. */
export { fetchPullRequest, shownOf } from './change.ts';
export { duePreviews, previewDown } from './down.ts';
export type { LeftOut } from './move.ts';
export { listPreviews } from './namespaces.ts';
export { checkTrusted, previewPullRequest } from './pull-request.ts';
export type { Preview } from './record.ts';
export { PREVIEW_CONTEXT, tellGone, tellOfFork } from './telling.ts';
export { previewUp } from './up.ts';
