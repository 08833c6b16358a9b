/** Payloads of webhooks, with the members that the forges' documentation shows for them ("Webhook events and payloads" of
 * GitHub, "Webhook events" of GitLab). */
const octocat = { login: 'octocat', id: 1, node_id: 'MDQ6VXNlcjE=', type: 'User', site_admin: false };
const helloWorld = {
  id: 1296269,
  name: 'Hello-World',
  full_name: 'octocat/Hello-World',
  private: false,
  owner: octocat,
  html_url: 'https://github.com/octocat/Hello-World',
  default_branch: 'main',
};
const HEAD = '6dcb09b5b57875f334f61aebed695e2e4193db5e';
const BASE = 'e5bd3914e2e596debea16f433f57875b5b90bcd6';
const NONE = '0'.repeat(40);
const pull = {
  url: 'https://api.github.com/repos/octocat/Hello-World/pulls/1347',
  id: 1,
  html_url: 'https://github.com/octocat/Hello-World/pull/1347',
  number: 1347,
  state: 'open',
  locked: false,
  title: 'Amazing new feature',
  user: octocat,
  body: 'Please pull these awesome changes in!',
  created_at: '2026-03-04T10:00:00Z',
  updated_at: '2026-03-04T10:11:12Z',
  merged_at: null,
  merge_commit_sha: null,
  draft: false,
  merged: false,
  head: { label: 'octocat:new-topic', ref: 'new-topic', sha: HEAD, user: octocat, repo: helloWorld },
  base: { label: 'octocat:main', ref: 'main', sha: BASE, user: octocat, repo: helloWorld },
};
const pullEvent = (action: string, changes: object = {}) => ({
  action,
  number: 1347,
  pull_request: { ...pull, ...changes },
  repository: helloWorld,
  sender: octocat,
});
const comment = {
  url: 'https://api.github.com/repos/octocat/Hello-World/issues/comments/99262140',
  html_url: 'https://github.com/octocat/Hello-World/pull/1347#issuecomment-99262140',
  id: 99262140,
  user: octocat,
  created_at: '2026-03-04T10:12:00Z',
  updated_at: '2026-03-04T10:12:00Z',
  author_association: 'OWNER',
  body: '/approve',
};
const issue = { number: 1347, title: 'Amazing new feature', user: octocat, state: 'open' };
const onPull = { ...issue, pull_request: { url: pull.url, html_url: pull.html_url } };
const push = {
  ref: 'refs/heads/main',
  before: BASE,
  after: HEAD,
  repository: { ...helloWorld, created_at: 1430869212, pushed_at: 1772619000 },
  pusher: { name: 'octocat', email: 'octocat@example.com' },
  sender: octocat,
  created: false,
  deleted: false,
  forced: false,
  base_ref: null,
  commits: [],
  head_commit: null,
};
const number = 1347;
const asPull = {
  type: 'pull-request',
  number,
  head: { branch: 'new-topic', commit: HEAD },
  baseBranch: 'main',
  sender: { id: '1', login: 'octocat' },
  at: Date.parse('2026-03-04T10:11:12Z'),
};
const review = {
  id: 80,
  user: octocat,
  body: 'Looks great!',
  commit_id: HEAD,
  submitted_at: '2026-03-04T10:13:00Z',
};

export const GITHUB_EVENTS = [
  {
    name: 'push',
    about: 'to a branch',
    payload: push,
    expected: {
      type: 'push',
      ref: 'refs/heads/main',
      before: BASE,
      after: HEAD,
      deleted: false,
      at: 1772619000_000,
    },
  },
  {
    name: 'push',
    about: 'that deletes a branch',
    payload: { ...push, after: NONE, deleted: true },
    expected: { type: 'push', ref: 'refs/heads/main', deleted: true },
  },
  {
    name: 'pull_request',
    about: 'opened',
    payload: pullEvent('opened'),
    expected: { ...asPull, action: 'opened' },
  },
  {
    name: 'pull_request',
    about: 'with new commits',
    payload: { ...pullEvent('synchronize'), before: BASE, after: HEAD },
    expected: { ...asPull, action: 'updated' },
  },
  {
    name: 'pull_request',
    about: 'closed without being merged',
    payload: pullEvent('closed', { state: 'closed' }),
    expected: { ...asPull, action: 'closed' },
  },
  {
    name: 'pull_request',
    about: 'merged',
    payload: pullEvent('closed', { state: 'closed', merged: true, merged_at: '2026-03-04T10:11:12Z' }),
    expected: { ...asPull, action: 'merged' },
  },
  {
    name: 'pull_request',
    about: 'reopened',
    payload: pullEvent('reopened'),
    expected: { ...asPull, action: 'reopened' },
  },
  {
    name: 'pull_request',
    about: 'labelled',
    payload: pullEvent('labeled'),
    expected: { ...asPull, action: 'other' },
  },
  {
    name: 'pull_request_review',
    about: 'that approves',
    payload: { ...pullEvent('submitted'), review: { ...review, state: 'approved' } },
    expected: { type: 'approval', number, at: Date.parse('2026-03-04T10:13:00Z') },
  },
  {
    name: 'pull_request_review',
    about: 'that only comments',
    payload: { ...pullEvent('submitted'), review: { ...review, state: 'commented' } },
    expected: { type: 'other' },
  },
  {
    name: 'issue_comment',
    about: 'on a pull request',
    payload: { action: 'created', issue: onPull, comment, repository: helloWorld, sender: octocat },
    expected: { type: 'comment', action: 'created', number, commentId: '99262140', body: '/approve' },
  },
  {
    name: 'issue_comment',
    about: 'that was edited',
    payload: { action: 'edited', issue: onPull, comment, repository: helloWorld, sender: octocat },
    expected: { type: 'comment', action: 'edited' },
  },
  {
    name: 'issue_comment',
    about: 'on an issue that is no pull request',
    payload: { action: 'created', issue, comment, repository: helloWorld, sender: octocat },
    expected: { type: 'other' },
  },
  {
    name: 'ping',
    about: 'when the webhook was made',
    payload: {
      zen: 'Keep it logically awesome.',
      hook_id: 30,
      hook: { type: 'Repository' },
      repository: helloWorld,
    },
    expected: { type: 'ping' },
  },
  {
    name: 'star',
    about: 'which nobody asked for',
    payload: { action: 'created', repository: helloWorld, sender: octocat },
    expected: { type: 'other' },
  },
];

const root = { id: 1, name: 'Administrator', username: 'root', avatar_url: '', email: 'admin@example.com' };
const diaspora = {
  id: 15,
  name: 'Diaspora',
  namespace: 'Mike',
  path_with_namespace: 'mike/diaspora',
  default_branch: 'main',
  web_url: 'https://gitlab.example.com/mike/diaspora',
};
const mergeRequest = (action: string, more: object = {}) => ({
  object_kind: 'merge_request',
  event_type: 'merge_request',
  user: root,
  project: diaspora,
  object_attributes: {
    id: 99,
    iid: 1,
    target_branch: 'main',
    source_branch: 'ms-viewport',
    source_project_id: 15,
    target_project_id: 15,
    title: 'MS-Viewport',
    state: 'opened',
    created_at: '2026-03-04 10:00:00 UTC',
    updated_at: '2026-03-04 10:11:12 UTC',
    last_commit: { id: HEAD, message: 'fixed readme', timestamp: '2026-03-04T10:05:00+00:00' },
    action,
    ...more,
  },
});
const asRequest = {
  type: 'pull-request',
  number: 1,
  head: { branch: 'ms-viewport', commit: HEAD },
  baseBranch: 'main',
  sender: { id: '1', login: 'root' },
  at: Date.parse('2026-03-04T10:11:12Z'),
};
const gitlabPush = {
  object_kind: 'push',
  event_name: 'push',
  before: BASE,
  after: HEAD,
  ref: 'refs/heads/main',
  checkout_sha: HEAD,
  user_id: 4,
  user_name: 'John Smith',
  user_username: 'jsmith',
  project_id: 15,
  project: diaspora,
  commits: [],
  total_commits_count: 0,
};
const note = (
  attributes: object,
  more: object = { merge_request: { id: 7, iid: 1, target_branch: 'main' } },
) => ({
  object_kind: 'note',
  event_type: 'note',
  user: root,
  project_id: 15,
  project: diaspora,
  object_attributes: {
    id: 1244,
    note: '/approve',
    noteable_type: 'MergeRequest',
    author_id: 1,
    created_at: '2026-03-04 10:12:00 UTC',
    updated_at: '2026-03-04 10:12:00 UTC',
    action: 'create',
    ...attributes,
  },
  ...more,
});

export const GITLAB_EVENTS = [
  {
    name: 'Push Hook',
    about: 'to a branch',
    payload: gitlabPush,
    expected: {
      type: 'push',
      ref: 'refs/heads/main',
      before: BASE,
      after: HEAD,
      sender: { id: '4', login: 'jsmith' },
    },
  },
  {
    name: 'Push Hook',
    about: 'that deletes a branch',
    payload: { ...gitlabPush, after: NONE, checkout_sha: null },
    expected: { type: 'push', deleted: true },
  },
  {
    name: 'Tag Push Hook',
    about: 'of a tag',
    payload: { ...gitlabPush, object_kind: 'tag_push', ref: 'refs/tags/v1.0.0' },
    expected: { type: 'push', ref: 'refs/tags/v1.0.0' },
  },
  {
    name: 'Merge Request Hook',
    about: 'opened',
    payload: mergeRequest('open'),
    expected: { ...asRequest, action: 'opened' },
  },
  {
    name: 'Merge Request Hook',
    about: 'with new commits',
    payload: mergeRequest('update', { oldrev: BASE }),
    expected: { ...asRequest, action: 'updated' },
  },
  {
    name: 'Merge Request Hook',
    about: 'with another title',
    payload: mergeRequest('update'),
    expected: { ...asRequest, action: 'other' },
  },
  {
    name: 'Merge Request Hook',
    about: 'merged',
    payload: mergeRequest('merge'),
    expected: { ...asRequest, action: 'merged' },
  },
  {
    name: 'Merge Request Hook',
    about: 'closed',
    payload: mergeRequest('close'),
    expected: { ...asRequest, action: 'closed' },
  },
  {
    name: 'Merge Request Hook',
    about: 'reopened',
    payload: mergeRequest('reopen'),
    expected: { ...asRequest, action: 'reopened' },
  },
  {
    name: 'Merge Request Hook',
    about: 'approved',
    payload: mergeRequest('approved'),
    expected: { type: 'approval', number: 1 },
  },
  {
    name: 'Note Hook',
    about: 'on a merge request',
    payload: note({}),
    expected: { type: 'comment', action: 'created', number: 1, commentId: '1244', body: '/approve' },
  },
  {
    name: 'Note Hook',
    about: 'that was edited',
    payload: note({ action: 'update' }),
    expected: { type: 'comment', action: 'edited' },
  },
  {
    name: 'Note Hook',
    about: 'on a commit',
    payload: note({ noteable_type: 'Commit' }, { commit: { id: HEAD } }),
    expected: { type: 'other' },
  },
  {
    name: 'Pipeline Hook',
    about: 'which nobody asked for',
    payload: { object_kind: 'pipeline', project: diaspora },
    expected: { type: 'other' },
  },
];
