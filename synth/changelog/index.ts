/** Changelogs: two releases of an environment, or two source commits, come in; out goes what people did between them, by their
 * commits and pull requests, and which images are others. Equal commits give equal changelogs on every machine. */
export { withAwaitedWork } from './awaited-work.ts';
export { type Changelog, changelogOf } from './changelog.ts';
export { changelogMarkdown, type MarkdownOptions } from './markdown.ts';
export { releasedWork } from './released-work.ts';
