/** What forges say of those who write comments, and what is put on comments: by exchanges with the members that the forges'
 * documentation shows. */
import { describe, expect, it } from 'vitest';
import { GitHubForge, GitLabForge, isAtLeastPermission } from './index.ts';
import { type Exchange, recordedForge } from './testing/recorded.ts';

const ada = { id: '7', login: 'ada' };

describe('GitHub', () => {
  const REPO = '/api/v3/repos/octocat/Hello-World';
  async function github(exchanges: readonly Exchange[]) {
    const { url, io } = await recordedForge(exchanges);
    const credential = { token: 'ghp_16C7e42F292c6912E7710c838347Ae178B4a' };
    return new GitHubForge({ url, repository: 'octocat/Hello-World', credential, http: { io } });
  }

  it.each([
    ['admin', 'admin'],
    ['write', 'write'],
    ['read', 'read'],
    ['none', 'none'],
    ['something new', 'none'],
  ] as const)('says %s of somebody, who is let do %s', async (permission, expected) => {
    const forge = await github([
      {
        request: `GET ${REPO}/collaborators/ada/permission`,
        answer: { permission, role_name: permission, user: { login: 'ada', id: 7 } },
      },
    ]);
    expect(await forge.permission(ada)).toBe(expected);
  });

  it('says nothing of strangers, who may do nothing', async () => {
    const forge = await github([
      { request: `GET ${REPO}/collaborators/ada/permission`, status: 404, answer: { message: 'Not Found' } },
    ]);
    expect(await forge.permission(ada)).toBe('none');
  });

  it.each([
    [{ answer: { state: 'active', role: 'member' } }, true],
    // Invited, and has not said yes.
    [{ answer: { state: 'pending', role: 'member' } }, false],
    [{ status: 404, answer: { message: 'Not Found' } }, false],
  ] as const)('answers %o about a member of a team', async (answer, expected) => {
    const request = 'GET /api/v3/orgs/octo-org/teams/release/memberships/ada';
    expect(await (await github([{ request, ...answer }])).isMember('octo-org/release', ada)).toBe(expected);
  });

  it('takes a sign on a comment, also where it is already', async () => {
    const request = `POST ${REPO}/issues/comments/1/reactions`;
    const answer = { id: 1, content: 'eyes' };
    const forge = await github([
      { request, sends: { content: 'eyes' }, status: 201, answer },
      { request, sends: { content: '+1' }, status: 200, answer },
    ]);
    await forge.react(1347, '1', 'seen');
    await forge.react(1347, '1', 'done');
  });
});

describe('GitLab', () => {
  const PROJECT = '/api/v4/projects/my-group%2Fmy-project';
  async function gitlab(exchanges: readonly Exchange[]) {
    const { url, io } = await recordedForge(exchanges);
    const options = { url, repository: 'my-group/my-project', token: 'glpat-0123456789', http: { io } };
    return new GitLabForge(options);
  }

  it.each([
    [50, 'admin'],
    [40, 'admin'],
    [30, 'write'],
    [20, 'read'],
    [10, 'read'],
    [5, 'none'],
  ] as const)('says level %i of somebody, who is let do %s', async (level, expected) => {
    const forge = await gitlab([
      { request: `GET ${PROJECT}/members/all/7`, answer: { id: 7, username: 'ada', access_level: level } },
    ]);
    expect(await forge.permission(ada)).toBe(expected);
  });

  it('knows members of a group, and who is none', async () => {
    const request = 'GET /api/v4/groups/shop%2Frelease/members/all/7';
    const forge = await gitlab([
      { request, answer: { id: 7, username: 'ada', access_level: 30 } },
      { request, status: 404, answer: { message: '404 Not found' } },
    ]);
    expect([await forge.isMember('shop/release', ada), await forge.isMember('shop/release', ada)]).toEqual([
      true,
      false,
    ]);
  });

  it('takes a sign on a note, also where it is already', async () => {
    const request = `POST ${PROJECT}/merge_requests/3/notes/302/award_emoji`;
    const taken = { message: '404 Award Emoji Name has already been taken Not Found' };
    const forge = await gitlab([
      { request, sends: { name: 'eyes' }, status: 201, answer: { id: 1, name: 'eyes' } },
      { request, sends: { name: 'eyes' }, status: 404, answer: taken },
      { request, status: 404, answer: { message: '404 Not found' } },
    ]);
    await forge.react(3, '302', 'seen');
    await forge.react(3, '302', 'seen');
    await expect(forge.react(3, '302', 'done')).rejects.toMatchObject({ code: 'FORGE_NOT_FOUND' });
  });
});

it('a permission holds those below it', () => {
  expect(isAtLeastPermission('admin', 'write')).toBe(true);
  expect(isAtLeastPermission('write', 'write')).toBe(true);
  expect(isAtLeastPermission('read', 'write')).toBe(false);
  expect(isAtLeastPermission('none', 'read')).toBe(false);
});
