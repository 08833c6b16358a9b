/** What is kept on a forge and not piled up: one pull request for two branches, one comment of ours on a subject, one status
 * a context, one deployment of a commit. Each can be done again after a crash, and does nothing then. */
import type {
  Deployment,
  Forge,
  ForgeUser,
  NewCommitStatus,
  NewDeployment,
  NewPullRequest,
  PullRequest,
  PullRequestComment,
} from './forge.ts';
import { createOnce } from './once.ts';

export type Kept = 'created' | 'updated' | 'unchanged';

/** Opens a pull request, or brings the open one of the same branches up to date.
 * @throws ForgeError */
export async function keepPullRequest(
  forge: Forge,
  wanted: NewPullRequest,
): Promise<{ readonly pullRequest: PullRequest; readonly kept: Kept }> {
  const { head, base, title, body } = wanted;
  const { value, created } = await createOnce(
    async () => (await forge.pullRequests({ state: 'open', head, base })).find((found) => !found.head.isFork),
    () => forge.createPullRequest(wanted),
  );
  if (created) return { pullRequest: value, kept: 'created' };
  if (value.title === title && sameText(value.body, body)) return { pullRequest: value, kept: 'unchanged' };
  return { pullRequest: await forge.updatePullRequest(value.number, { title, body }), kept: 'updated' };
}

/** The hidden line by which a comment is found again.
 * @param subject what the comment is about: comments of several subjects stand side by side */
export function commentMarker(subject: string): string {
  // A comment of HTML ends at "-->"; names of environments and projects do not get to end it.
  return `<!-- truekeel:${encodeURIComponent(subject).replaceAll('--', '-%2D')} -->`;
}

/** Writes the comment on a subject, or brings it up to date where it stands. It is found by its marker and by who wrote it:
 * somebody else's with our marker is left alone, and what somebody else wrote into ours is written over.
 * @throws ForgeError */
export async function keepComment(
  forge: Forge,
  number: number,
  comment: { readonly subject: string; readonly body: string },
): Promise<{ readonly comment: PullRequestComment; readonly kept: Kept }> {
  const marker = commentMarker(comment.subject);
  const body = `${marker}\n${comment.body}`;
  const us = await forge.user();
  const { value, created } = await createOnce(
    async () => (await forge.comments(number)).find((found) => isOurs(found, us, marker)),
    () => forge.createComment(number, body),
  );
  if (created) return { comment: value, kept: 'created' };
  if (sameText(value.body, body)) return { comment: value, kept: 'unchanged' };
  return { comment: await forge.updateComment(number, value.id, body), kept: 'updated' };
}

function isOurs({ author, body }: PullRequestComment, us: ForgeUser, marker: string): boolean {
  return author.login === us.login && body.trimStart().startsWith(marker);
}

/** Sets the status of a context, unless it is what it says already.
 * @throws ForgeError */
export async function keepStatus(forge: Forge, commit: string, status: NewCommitStatus): Promise<Kept> {
  const description = clip(status.description, forge.limits.statusDescription);
  const found = (await forge.statuses(commit)).find(({ context }) => context === status.context);
  if (
    found?.state === status.state &&
    found.description === description &&
    (found.url ?? '') === (status.url ?? '')
  )
    return 'unchanged';
  await forge.setStatus(commit, { ...status, description });
  return found ? 'updated' : 'created';
}

/** Says how far a deployment is: the one of this commit to this environment, which is made if need be.
 * @throws ForgeError */
export async function keepDeployment(
  forge: Forge,
  wanted: NewDeployment,
): Promise<{ readonly deployment: Deployment; readonly kept: Kept }> {
  const { environment, commit, state, url } = wanted;
  const description = wanted.description && clip(wanted.description, forge.limits.statusDescription);
  const note = { ...(description && { description }), ...(url !== undefined && { url }) };
  const { value, created } = await createOnce(
    async () => (await forge.deployments(environment, commit))[0],
    () => forge.createDeployment({ ...wanted, ...note }),
  );
  if (created) return { deployment: value, kept: 'created' };
  const said = await forge.deploymentStatus(value);
  const saysSo = description === undefined || (said?.description ?? description) === description;
  if (said?.state === state && saysSo) return { deployment: value, kept: 'unchanged' };
  await forge.setDeploymentState(value, state, note);
  return { deployment: value, kept: 'updated' };
}

/** Forges change line ends, and what stands at the end. */
function sameText(a: string, b: string): boolean {
  const plain = (text: string) => text.replaceAll('\r\n', '\n').trimEnd();
  return plain(a) === plain(b);
}

function clip(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}
