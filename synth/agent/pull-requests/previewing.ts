/** Previews of pull requests: made, brought up to date, and taken away. */
import {
  checkTrusted,
  duePreviews,
  listPreviews,
  type Preview,
  previewDown,
  previewPullRequest,
  tellGone,
  tellOfFork,
} from '../../preview/index.ts';
import type { Asked } from './command-port.ts';
import type { Job } from './job.ts';
import { renderingOf, type Work } from './work.ts';

type PreviewJob = Extract<Job, { readonly type: 'preview' }>;

export async function preview(
  work: Work,
  { number, owner, trusted }: PreviewJob,
  signal: AbortSignal,
): Promise<void> {
  const { forge, connect, program, client, environment, log, url, timeoutMs, openSecret } = work;
  const { state, head } = await forge.pullRequest(number);
  if (state !== 'open') return;
  if (head.isFork && trusted === undefined) {
    const known = await listPreviews(client, (one) => isOf(work, one, number));
    if (known.length === 0) await tellOfFork({ forge, number, head: head.commit, program });
    return;
  }
  const {
    preview: made,
    errors,
    left,
  } = await previewPullRequest(await work.clone.open(signal), {
    ...renderingOf(work),
    environment,
    forge,
    number,
    remote: url,
    connect,
    now: Date.now(),
    timeoutMs,
    openSecret,
    signal,
    tells: true,
    ...(owner !== undefined && { owner }),
    ...(trusted !== undefined && { trustedCommit: trusted }),
  });
  const { namespace, status, urls, expires } = made;
  log.info(
    {
      ...{ pullRequest: number, head: head.commit, namespace, status, urls },
      ...{ expires: new Date(expires).toISOString(), left: left.length, errors: errors.length },
    },
    'previewed',
  );
}

/** Takes away what a pull request has no more use for. */
export async function endPreviews(work: Work, number: number, signal: AbortSignal): Promise<void> {
  const { state } = await work.forge.pullRequest(number);
  const now = Date.now();
  for (const found of await listPreviews(work.client, (one) => isOf(work, one, number))) {
    if (state !== 'open') await takeDown(work, found, 'the pull request is no longer open', signal);
    else if (found.expires <= now) await takeDown(work, found, 'its time is over', signal);
  }
}

/** Pull requests with previews that nobody needs any more. */
export async function pullRequestsOver({ client, forge, environment }: Work): Promise<readonly number[]> {
  const isOurs = (one: Preview) => one.repository === forge.repository && one.environment === environment;
  const due = await duePreviews(client, isOurs, { forge, now: Date.now() });
  return due.flatMap(({ preview: { pullRequest } }) => pullRequest ?? []);
}

/** `/preview`.
 * @throws TruekeelError `PREVIEW_OF_FORK` */
export async function previewJob(
  { forge }: Work,
  { number, by }: Asked,
  commit: string | undefined,
): Promise<PreviewJob> {
  const pullRequest = await forge.pullRequest(number);
  checkTrusted(pullRequest, commit);
  const trusted = commit === undefined ? {} : { trusted: commit };
  return { type: 'preview', number, head: pullRequest.head.commit, owner: by.login, ...trusted };
}

async function takeDown(work: Work, gone: Preview, why: string, signal: AbortSignal): Promise<void> {
  const { forge, program, client, timeoutMs, log } = work;
  const { namespace, pullRequest, head } = gone;
  const errors = await previewDown(gone, { client, timeoutMs, signal });
  if (pullRequest !== undefined) await tellGone({ forge, number: pullRequest, head, program }, why);
  log.info(
    { namespace, pullRequest, why, errors: errors.map((error) => error.toJSON()) },
    'took a preview down',
  );
}

function isOf({ forge }: Work, { pullRequest, repository }: Preview, number: number): boolean {
  return pullRequest === number && repository === forge.repository;
}
