import { describe, expect, it } from 'vitest';
import { GitHubForge, GitLabForge } from '../../lib/forge/index.ts';
import { type Exchange, recordedForge } from '../../lib/forge/testing/recorded.ts';
import { readApprovalText, statusContext } from '../review/approval-status.ts';
import { deploymentContext, type Progress, progressText } from './news.ts';
import { DeploymentReports, type Untold } from './reports.ts';

const COMMIT = 'c'.repeat(40);
const KEY = 'Deployment.apps shop/web';
const failed: Progress = {
  state: 'failed',
  problems: [{ code: 'NOT_READY', key: KEY }, { code: 'APPLY_FAILED' }],
};
const REPO = '/api/v3/repos/o/r';
const status = (id: number, description: string) => ({
  id,
  context: 'truekeel/production/deployment',
  state: 'success',
  description,
  target_url: null,
  creator: { login: 'keel-bot', id: 3 },
  created_at: '2026-03-04T10:00:00Z',
});
const deployment = { id: 42, sha: COMMIT, environment: 'production' };

async function onGitHub(exchanges: readonly Exchange[]) {
  const { url, io } = await recordedForge(exchanges);
  const untold: Untold[] = [];
  const forge = new GitHubForge({ url, repository: 'o/r', credential: { token: 'ghp_x' }, http: { io } });
  const reports = new DeploymentReports(forge, { onUntold: (one) => untold.push(one) });
  return { reports, untold };
}

const news = (progress: Progress) => ({ environment: 'production', commit: COMMIT, progress });

describe('what a forge is told of a release', () => {
  it('is a status and a deployment of the source commit', async () => {
    const { reports, untold } = await onGitHub([
      { request: `GET ${REPO}/commits/${COMMIT}/statuses`, answer: [] },
      {
        request: `POST ${REPO}/statuses/${COMMIT}`,
        sends: {
          context: 'truekeel/production/deployment',
          state: 'failure',
          description: `failed: NOT_READY ${KEY} and 1 more`,
        },
        answer: status(1, ''),
      },
      { request: `GET ${REPO}/deployments?environment=production&sha=${COMMIT}`, answer: [] },
      {
        request: `POST ${REPO}/deployments`,
        sends: { ref: COMMIT, required_contexts: [] },
        answer: deployment,
      },
      {
        request: `POST ${REPO}/deployments/42/statuses`,
        sends: { state: 'failure', description: `failed: NOT_READY ${KEY} and 1 more` },
        answer: { id: 1, state: 'failure' },
      },
    ]);
    reports.tellOf(news(failed));
    await reports.settled();
    expect(untold).toEqual([]);
  });

  it('is not said twice by a run that was started again', async () => {
    const { reports } = await onGitHub([
      { request: `GET ${REPO}/commits/${COMMIT}/statuses`, answer: [status(1, 'ready')] },
      { request: `GET ${REPO}/deployments`, answer: [deployment] },
      {
        request: `GET ${REPO}/deployments/42/statuses`,
        answer: [{ id: 1, state: 'success', description: 'ready' }],
      },
    ]);
    reports.tellOf(news({ state: 'ready' }));
    await reports.settled();
  });

  it('is the newest, where more happened before the first was told', async () => {
    const said = (id: number, description: string, state: string, deploymentState: string): Exchange[] => [
      { request: `GET ${REPO}/commits/${COMMIT}/statuses`, answer: [] },
      { request: `POST ${REPO}/statuses/${COMMIT}`, sends: { state, description }, answer: status(id, '') },
      { request: `GET ${REPO}/deployments`, answer: [deployment] },
      { request: `GET ${REPO}/deployments/42/statuses`, answer: [] },
      {
        request: `POST ${REPO}/deployments/42/statuses`,
        sends: { state: deploymentState, description },
        answer: { id, state: deploymentState },
      },
    ];
    const { reports, untold } = await onGitHub([
      ...said(1, 'applied: waiting for readiness', 'pending', 'in_progress'),
      ...said(2, 'ready', 'success', 'success'),
    ]);
    reports.tellOf(news({ state: 'applied', waitsFor: 'readiness' }));
    reports.tellOf(news(failed));
    reports.tellOf(news({ state: 'ready' }));
    await reports.settled();
    expect(untold).toEqual([]);
  });

  it('is one of the two where the token may not do the other, and why is said without it', async () => {
    const { reports, untold } = await onGitHub([
      { request: `GET ${REPO}/commits/${COMMIT}/statuses`, answer: [] },
      { request: `POST ${REPO}/statuses/${COMMIT}`, answer: status(1, '') },
      {
        request: `GET ${REPO}/deployments`,
        status: 403,
        answer: { message: 'Resource not accessible by integration ghp_x' },
      },
    ]);
    reports.tellOf(news({ state: 'refused', code: 'TOO_MANY_DELETES' }));
    await reports.settled();
    expect(untold).toMatchObject([{ what: 'deployment', environment: 'production', commit: COMMIT }]);
    expect(untold[0]!.why).toContain('FORGE_FORBIDDEN');
    expect(untold[0]!.why).not.toContain('ghp_x');
  });

  it('is a deployment of GitLab, on a branch that has the commit', async () => {
    const project = '/api/v4/projects/o%2Fr';
    const { url, io } = await recordedForge([
      { request: `GET ${project}/repository/commits/${COMMIT}/statuses`, answer: [] },
      {
        request: `POST ${project}/statuses/${COMMIT}`,
        sends: { name: 'truekeel/production/deployment', state: 'success', description: 'ready' },
        answer: {
          id: 1,
          name: 'truekeel/production/deployment',
          status: 'success',
          created_at: '2026-03-04T10:00:00Z',
        },
      },
      { request: `GET ${project}/deployments?environment=production`, answer: [] },
      { request: `GET ${project}/repository/commits/${COMMIT}/refs?type=branch`, answer: [{ name: 'main' }] },
      {
        request: `POST ${project}/deployments`,
        sends: { environment: 'production', sha: COMMIT, ref: 'main', status: 'success' },
        answer: { id: 7, sha: COMMIT, status: 'success' },
      },
    ]);
    const untold: Untold[] = [];
    const forge = new GitLabForge({ url, repository: 'o/r', token: 'glpat', http: { io } });
    const reports = new DeploymentReports(forge, { onUntold: (one) => untold.push(one) });
    reports.tellOf(news({ state: 'ready' }));
    await reports.settled();
    expect(untold).toEqual([]);
  });
});

describe('the status of a deployment', () => {
  it('can never be taken for a review, also where the head is the source commit', () => {
    const all: readonly Progress[] = [
      { state: 'applied' },
      { state: 'applied', waitsFor: 'readiness' },
      { state: 'ready' },
      failed,
      { state: 'failed', problems: [{ code: `plan sha256:${'0'.repeat(64)} · ` }] },
      { state: 'refused', code: 'EMPTY_RENDER' },
    ];
    for (const progress of all) expect(readApprovalText(progressText(progress))).toBeUndefined();
    // Names of environments are lower-case letters, digits and "-".
    expect(deploymentContext('a')).not.toMatch(/^truekeel\/[a-z0-9-]+$/);
    expect(statusContext('a-1')).toMatch(/^truekeel\/[a-z0-9-]+$/);
  });
});
