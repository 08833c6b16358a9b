import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ciRun, forgeRepository, isForgeError, locateForge, openForge, pullRequestUrl } from './index.ts';

describe('a Git remote', () => {
  it.each([
    ['https://github.com/octocat/Hello-World.git', 'github', 'https://github.com', 'octocat/Hello-World'],
    ['git@github.com:octocat/Hello-World.git', 'github', 'https://github.com', 'octocat/Hello-World'],
    [
      'ssh://git@ssh.github.com:443/octocat/Hello-World.git',
      'github',
      'https://github.com',
      'octocat/Hello-World',
    ],
    ['https://gitlab.com/group/sub/project', 'gitlab', 'https://gitlab.com', 'group/sub/project'],
    ['https://user:secret@codeberg.org/me/it.git/', 'gitea', 'https://codeberg.org', 'me/it'],
    ['http://127.0.0.1:3000/ada/shop.git', undefined, 'http://127.0.0.1:3000', 'ada/shop'],
    ['ssh://git@git.example.com:2222/ada/shop.git', undefined, 'https://git.example.com', 'ada/shop'],
    ['git.example.com:/ada/shop.git', undefined, 'https://git.example.com', 'ada/shop'],
  ])('%s', (remote, kind, url, repository) => {
    expect(forgeRepository(remote)).toEqual({ url, repository, ...(kind && { kind }) });
  });

  it.each([
    '/srv/git/shop.git',
    'file:///srv/git/shop.git',
    '../shop',
    'https://github.com/',
    'https://github.com/one',
    'origin',
    '',
    'https://github.com/a/../b',
  ])('is no repository of a forge: %j', (remote) => {
    const found = forgeRepository(remote);
    // A URL is put in order before it is looked at.
    if (found) expect(found.repository).not.toContain('..');
    else expect(found).toBeUndefined();
  });

  it('never gives away credentials, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('https://', 'http://', 'ssh://'), (path, scheme) => {
        const found = forgeRepository(`${scheme}user:s3cret@host/${path}`);
        expect(found?.url ?? '').not.toContain('s3cret');
      }),
    );
  });
});

describe('a CI system', () => {
  const github = {
    GITHUB_ACTIONS: 'true',
    GITHUB_SERVER_URL: 'https://github.example.com',
    GITHUB_REPOSITORY: 'octocat/Hello-World',
    GITHUB_REF: 'refs/pull/12/merge',
    GITHUB_BASE_REF: 'main',
    GITHUB_RUN_ID: '99',
  };

  it('is GitHub Actions', () => {
    expect(ciRun(github)).toEqual({
      system: 'github-actions',
      forge: { kind: 'github', url: 'https://github.example.com', repository: 'octocat/Hello-World' },
      pullRequest: 12,
      baseBranch: 'main',
      url: 'https://github.example.com/octocat/Hello-World/actions/runs/99',
    });
  });

  it('is Actions of Gitea, which set the same variables', () => {
    expect(ciRun({ ...github, GITEA_ACTIONS: 'true' })).toMatchObject({
      system: 'gitea-actions',
      forge: { kind: 'gitea' },
    });
  });

  it('is GitLab, with or without a merge request', () => {
    const env = {
      GITLAB_CI: 'true',
      CI_SERVER_URL: 'https://gitlab.example.com',
      CI_PROJECT_PATH: 'group/sub/it',
    };
    const run = ciRun({ ...env, CI_MERGE_REQUEST_IID: '7', CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main' });
    expect(run).toMatchObject({
      system: 'gitlab-ci',
      pullRequest: 7,
      baseBranch: 'main',
      forge: { repository: 'group/sub/it' },
    });
    expect(ciRun(env)).not.toHaveProperty('pullRequest');
  });

  it('is Jenkins, or Jenkins X', () => {
    const jenkins = {
      JENKINS_URL: 'https://ci',
      CHANGE_ID: '3',
      CHANGE_TARGET: 'main',
      BUILD_URL: 'https://ci/job/3/',
    };
    expect(ciRun(jenkins)).toEqual({
      system: 'jenkins',
      pullRequest: 3,
      baseBranch: 'main',
      url: 'https://ci/job/3/',
    });
    const x = { PULL_NUMBER: '4', REPO_OWNER: 'me', REPO_NAME: 'it', PULL_BASE_REF: 'main' };
    expect(ciRun(x)).toEqual({ system: 'jenkins-x', pullRequest: 4, baseBranch: 'main' });
  });

  it('is none where nothing says so, and a number is one', () => {
    expect(ciRun({ CI: 'true' })).toBeUndefined();
    expect(ciRun({ ...github, GITHUB_REF: 'refs/heads/main' })).not.toHaveProperty('pullRequest');
    expect(ciRun({ JENKINS_URL: 'x', CHANGE_ID: '../../1' })).not.toHaveProperty('pullRequest');
  });
});

describe('the forge to talk to', () => {
  const code = (work: () => unknown) => {
    try {
      work();
      return undefined;
    } catch (error) {
      return isForgeError(error) ? error.code : error;
    }
  };

  it('is what flags and variables say, then the CI system, then the remote', () => {
    const remoteUrl = 'https://github.com/octocat/Hello-World';
    expect(locateForge({ env: {}, remoteUrl })).toMatchObject({ kind: 'github', url: 'https://github.com' });
    const env = { TRUEKEEL_FORGE: 'gitea', TRUEKEEL_FORGE_URL: 'https://git.example.com/' };
    expect(locateForge({ env, remoteUrl })).toMatchObject({ kind: 'gitea', url: 'https://git.example.com' });
    expect(locateForge({ env, remoteUrl, repository: 'a/b' })).toMatchObject({ repository: 'a/b' });
  });

  it.each([
    ['a host that says nothing', { remoteUrl: 'https://git.example.com/a/b' }],
    ['no remote', {}],
    ['a forge that there is not', { remoteUrl: 'https://github.com/a/b', kind: 'sourcehut' }],
    ['a URL that is none of the web', { remoteUrl: 'https://github.com/a/b', url: 'file:///etc' }],
    ['a repository that is none', { remoteUrl: 'https://github.com/a/b', repository: 'a' }],
  ])('is not guessed: %s', (_what, request) => {
    expect(code(() => locateForge({ env: {}, ...request }))).toBe('FORGE_UNKNOWN');
  });

  it('gets no token that was meant for another one', () => {
    const gitea = {
      env: { GITHUB_TOKEN: 'x', TRUEKEEL_FORGE: 'gitea' },
      remoteUrl: 'https://git.example.com/a/b',
    };
    expect(code(() => openForge(gitea))).toBe('FORGE_TOKEN_REFUSED');
    expect(code(() => openForge({ ...gitea, env: { ...gitea.env, GITEA_TOKEN: 'y' } }))).toBeUndefined();
  });
});

describe('the page of a pull request', () => {
  it.each([
    ['github', 'https://git.example.com/shop/web/pull/7'],
    ['gitlab', 'https://git.example.com/shop/web/-/merge_requests/7'],
    ['gitea', 'https://git.example.com/shop/web/pulls/7'],
  ] as const)('of %s is where people find it', (kind, page) => {
    expect(pullRequestUrl({ kind, url: 'https://git.example.com', repository: 'shop/web' }, 7)).toBe(page);
  });
});
