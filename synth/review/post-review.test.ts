/** A review on its way to a forge that does not do as it should. */
import { expect, it } from 'vitest';
import { commentMarker, GiteaForge } from '../../lib/forge/index.ts';
import { type Exchange, recordedForge } from '../../lib/forge/testing/recorded.ts';
import { asOid } from '../../lib/git/index.ts';
import { opened, workTree } from '../../test/git/scratch.ts';
import { statusOf } from './approval-status.ts';
import { commentOf } from './comment.ts';
import { postReview } from './post-review.ts';
import type { EnvironmentReview, Review } from './review.ts';

const TIP = 'a'.repeat(40);
const US = { id: 3, login: 'keel-bot' };
const environment: EnvironmentReview = {
  name: 'production',
  branch: 'rendered/production',
  against: { server: 'https://10.0.0.1:6443', context: 'prod' },
  approves: { kind: 'plan', digest: `sha256:${'5'.repeat(64)}` },
  counts: { create: 0, change: 0, replace: 0, delete: 0, adopt: 0, detach: 0, none: 1 },
  changes: [],
  images: [],
  refusals: [],
  errors: [],
};
const review: Review = {
  base: 'b'.repeat(40),
  head: TIP,
  environments: [environment],
  dropped: [],
  errors: [],
  newWarnings: [],
  knownWarnings: 0,
};

const repo = '/api/v1/repos/o/r';
const pull: Exchange = {
  request: `GET ${repo}/pulls/1`,
  answer: {
    number: 1,
    title: 'A change',
    body: '',
    state: 'open',
    merged: false,
    user: { id: 4, login: 'ada' },
    html_url: 'https://g/1',
    head: { ref: 'change', sha: TIP, repo_id: 1, repo: { id: 1, full_name: 'o/r' } },
    base: { ref: 'main', sha: 'b'.repeat(40), repo_id: 1, repo: { id: 1, full_name: 'o/r' } },
  },
};
const whoami: Exchange = { request: 'GET /api/v1/user', answer: US };
const body = `${commentMarker('review main.ts')}\n${commentOf(review).text}`;
const at = '2026-03-04T10:00:00Z';
const comment = {
  id: 2,
  user: US,
  body,
  html_url: 'https://g/1#2',
  created_at: at,
  updated_at: at,
};
const status = statusOf(environment, comment.html_url);
const limited: Partial<Exchange> = { status: 429, answerHeaders: { 'retry-after': '3600' }, answer: {} };
const page: Partial<Exchange> = {
  answerHeaders: { 'content-type': 'text/html' },
  answer: '<html>Sign in, please</html>',
};

async function post(exchanges: readonly Exchange[]) {
  const { url, io } = await recordedForge(exchanges);
  const forge = new GiteaForge({ url, repository: 'o/r', token: 't', http: { io } });
  const repository = await opened(workTree());
  return postReview(review, { repository, forge, tip: asOid(TIP), number: 1, program: 'main.ts' });
}

it('writes nothing where the forge answers with a page for people', async () => {
  await expect(post([{ ...pull, ...page }])).rejects.toMatchObject({ code: 'FORGE_NOT_AN_API' });
  await expect(post([pull, { ...whoami, ...page }])).rejects.toMatchObject({ code: 'FORGE_NOT_AN_API' });
});

it('has nothing to be approved before its comment is there, and goes on where a rate limit stopped it', async () => {
  const comments = `${repo}/issues/1/comments`;
  const none: Exchange = { request: `GET ${comments}`, answer: [] };
  const write: Exchange = { request: `POST ${comments}`, sends: { body }, answer: comment };
  const stopped = post([pull, whoami, none, { ...write, ...limited }]);
  await expect(stopped, 'no status is asked for').rejects.toMatchObject({ code: 'FORGE_RATE_LIMITED' });

  const statuses: Exchange = { request: `GET ${repo}/commits/${TIP}/statuses`, answer: [] };
  const half = post([pull, whoami, none, write, { ...statuses, ...limited }]);
  await expect(half).rejects.toMatchObject({ code: 'FORGE_RATE_LIMITED', family: 'not-ready' });

  const { state, context, description, url } = status;
  const posted = await post([
    pull,
    whoami,
    { request: `GET ${comments}`, answer: [comment] },
    statuses,
    {
      request: `POST ${repo}/statuses/${TIP}`,
      sends: { state, context, description, target_url: url },
      answer: {
        id: 1,
        status: state,
        context,
        description,
        target_url: url,
        created_at: at,
      },
    },
  ]);
  expect(posted).toMatchObject({ pullRequest: 1, kept: 'unchanged' });
});
