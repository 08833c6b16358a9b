import { describe, expect, it } from 'vitest';
import { recorder } from '../../test/e2e/terminal.ts';
import { reviewPage } from './review-page.ts';

const at = (flags: Record<string, unknown>, env: NodeJS.ProcessEnv = {}) =>
  reviewPage(flags, { cwd: '/builds/shop', env, terminal: recorder(), signal: new AbortController().signal });

describe('where the page of a review is found', () => {
  it('is what the flag says, as long as that is a web address', () => {
    const pageUrl = 'https://pages.example.com/7.html';
    expect(at({ page: 'out/review.html', pageUrl })).toEqual({
      file: '/builds/shop/out/review.html',
      url: pageUrl,
    });
    for (const wrong of ['javascript:alert(1)', 'file:///etc/passwd', 'review.html'])
      expect(() => at({ pageUrl: wrong })).toThrow(expect.objectContaining({ code: 'INVALID_FLAG' }));
  });

  it('is where CI keeps files of a run', () => {
    const page = 'out/re view.html';
    const gitlab = { GITLAB_CI: 'true', CI_JOB_URL: 'https://gl/j/1', CI_PROJECT_DIR: '/builds/shop' };
    expect(at({ page }, gitlab).url).toBe('https://gl/j/1/artifacts/file/out/re%20view.html');
    const jenkins = { JENKINS_URL: 'https://ci', BUILD_URL: 'https://ci/job/9/', WORKSPACE: '/builds/shop' };
    expect(at({ page }, jenkins).url).toBe('https://ci/job/9/artifact/out/re%20view.html');
    const github = {
      GITHUB_ACTIONS: 'true',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'shop/web',
      GITHUB_RUN_ID: '7',
    };
    expect(at({ page }, github).url).toBe('https://github.com/shop/web/actions/runs/7#artifacts');
  });

  it('is not guessed: a file that CI does not keep, no CI, no page', () => {
    const gitlab = { GITLAB_CI: 'true', CI_JOB_URL: 'https://gl/j/1', CI_PROJECT_DIR: '/builds/other' };
    expect(at({ page: 'review.html' }, gitlab).url).toBeUndefined();
    expect(at({ page: 'review.html' }).url).toBeUndefined();
    expect(at({}, gitlab)).toEqual({});
  });
});
