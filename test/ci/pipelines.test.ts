/** The pipelines for Jenkins, Jenkins X and Woodpecker, on a real Gitea: these systems come with no forge of their own. */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { GiteaForge } from '../../lib/forge/index.ts';
import { packageRoot } from '../../synth/version.ts';
import { project, unique } from '../e2e/clusters.ts';
import { configMap, staging } from '../e2e/programs.ts';
import type { GiteaUser } from '../gitea/start.ts';
import { describeOnGitea } from '../gitea/suite.ts';
import { runJenkinsfile, whyNoGroovy } from './jenkins/groovy.ts';
import { Machine, type Ran } from './machine.ts';
import { template } from './templates.ts';

/** Four processes of Node and two of Java, one after the other, on a machine that may have much else to do. */
const PIPELINE_MS = 10 * 60_000;

/** A pull request, or the branch that it gets into. */
type Event = { readonly pullRequest: number } | { readonly branch: string };

/** Runs the template of a system in a clone. */
interface System {
  readonly name: string;
  run(machine: Machine, at: Place, event: Event): Promise<Ran>;
}

interface Place {
  readonly cwd: string;
  /** The forge, without a slash at the end. */
  readonly url: string;
  /** `owner/name` */
  readonly repository: string;
  readonly bot: GiteaUser;
}

/** What an administrator of the CI system sets once, for forges whose address does not say what they are. */
const FORGE = ({ repository, url }: Place) => ({
  TRUEKEEL_FORGE: 'gitea',
  TRUEKEEL_FORGE_URL: url,
  TRUEKEEL_FORGE_REPOSITORY: repository,
});

const jenkins: System = {
  name: 'Jenkins',
  run: (machine, at, event) =>
    machine.run({
      script: runJenkinsfile(join(packageRoot(), 'templates/jenkins/Jenkinsfile')),
      cwd: at.cwd,
      env: {
        ...FORGE(at),
        ARTIFACTS: machine.path('temp'),
        CREDENTIAL_truekeel_forge: at.bot.token,
        CREDENTIAL_truekeel_git_USER: at.bot.login,
        CREDENTIAL_truekeel_git: at.bot.token,
        JENKINS_URL: 'https://jenkins.example.com/',
        BUILD_URL: 'https://jenkins.example.com/job/shop/1/',
        WORKSPACE: at.cwd,
        ...('pullRequest' in event
          ? {
              BRANCH_NAME: `PR-${event.pullRequest}`,
              CHANGE_ID: String(event.pullRequest),
              CHANGE_TARGET: 'main',
              CHANGE_BRANCH: 'change',
            }
          : { BRANCH_NAME: event.branch, BRANCH_IS_PRIMARY: 'true' }),
      },
    }),
};

const jenkinsX: System = {
  name: 'Jenkins X',
  async run(machine, at, event) {
    const host = new URL(at.url).host;
    // What Tekton makes of the credentials of its service account.
    machine.file('home/.git-credentials', `http://${at.bot.login}:${at.bot.token}@${host}\n`);
    machine.file('home/.gitconfig', '[credential]\n\thelper = store\n');
    const [owner, name] = at.repository.split('/');
    const isChange = 'pullRequest' in event;
    const { taskSpec } = template(`jenkins-x/${isChange ? 'review' : 'render'}.yaml`).spec.pipelineSpec
      .tasks[0];
    const [clone, step, ...more] = taskSpec.steps;
    expect(clone.image).toMatch(/^uses:jenkins-x\/jx3-pipeline-catalog\/tasks\/git-clone\//);
    expect(more).toEqual([]);
    // Tekton writes a script to a file and starts that.
    const script = machine.file('script', step.script);
    chmodSync(script, 0o755);
    return machine.run({
      script: `exec '${script}'`,
      cwd: at.cwd,
      env: {
        ...FORGE(at),
        ...Object.fromEntries(step.env.map(({ name }: { name: string }) => [name, at.bot.token])),
        JOB_NAME: isChange ? 'truekeel-review' : 'truekeel-render',
        JOB_TYPE: isChange ? 'presubmit' : 'postsubmit',
        REPO_OWNER: owner!,
        REPO_NAME: name!,
        REPO_URL: `${at.url}/${at.repository}.git`,
        PULL_BASE_REF: isChange ? 'main' : event.branch,
        // Lighthouse sets what it does not know to nothing.
        PULL_NUMBER: isChange ? String(event.pullRequest) : '',
      },
    });
  },
};

const woodpecker: System = {
  name: 'Woodpecker',
  run(machine, at, event) {
    const [step, ...more] = template('woodpecker/truekeel.yaml').steps;
    expect(more).toEqual([]);
    expect(step.environment).toEqual({ TRUEKEEL_FORGE_TOKEN: { from_secret: 'truekeel_forge_token' } });
    return machine.run({
      shell: ['sh', '-e', '-c'],
      script: step.commands.join('\n'),
      cwd: at.cwd,
      env: {
        TRUEKEEL_FORGE_TOKEN: at.bot.token,
        CI: 'woodpecker',
        CI_REPO: at.repository,
        CI_REPO_DEFAULT_BRANCH: 'main',
        CI_FORGE_TYPE: 'gitea',
        CI_FORGE_URL: at.url,
        CI_PIPELINE_URL: 'https://ci.example.com/repos/1/pipeline/1',
        ...('pullRequest' in event
          ? {
              CI_PIPELINE_EVENT: 'pull_request',
              CI_COMMIT_PULL_REQUEST: String(event.pullRequest),
              CI_COMMIT_BRANCH: 'main',
              CI_COMMIT_TARGET_BRANCH: 'main',
              CI_COMMIT_SOURCE_BRANCH: 'change',
            }
          : { CI_PIPELINE_EVENT: 'push', CI_COMMIT_BRANCH: event.branch }),
      },
    });
  },
};

describeOnGitea('the pipeline', (gitea) => {
  let author: GiteaUser;
  let bot: GiteaUser;
  beforeAll(async () => {
    author = await gitea().createUser('ada');
    bot = await gitea().createUser('keel-bot');
  });

  /** A program on `main`, and a pull request that changes it. */
  async function published() {
    const repository = await gitea().createRepository(author, unique('shop'), [bot]);
    const program = (a: string) => staging('shop', { web: { settings: configMap({ a }) } });
    const at = project();
    at.git('remote', 'add', 'origin', gitea().cloneUrl(author, repository));
    at.commit('A program', { 'main.ts': program('1') });
    at.git('push', '--quiet', '--force', 'origin', 'main');
    at.git('checkout', '--quiet', '-b', 'change');
    at.commit('A change', { 'main.ts': program('2') });
    at.git('push', '--quiet', 'origin', 'change');
    const wanted = { title: 'A change', head: 'change', base: 'main' };
    const { body } = await gitea().call(author, 'POST', `/repos/${repository}/pulls`, wanted);
    const forge = new GiteaForge({ url: gitea().url, repository, token: bot.token });
    return { at, forge, repository, pullRequest: body.number as number };
  }

  async function run(system: System, repository: string, event: Event) {
    const machine = new Machine();
    const ref = 'pullRequest' in event ? `refs/pull/${event.pullRequest}/head` : `refs/heads/${event.branch}`;
    // Whoever clones keeps the password to itself.
    const cwd = await machine.clone(`${gitea().url}/${repository}.git`, ref);
    return { machine, ...(await system.run(machine, { cwd, url: gitea().url, repository, bot }, event)) };
  }

  for (const system of [jenkins, jenkinsX, woodpecker]) {
    const skipReason = system === jenkins ? whyNoGroovy() : undefined;
    if (skipReason !== undefined && process.env.CI === 'true') throw new Error(skipReason);
    const options =
      skipReason === undefined ? { timeout: PIPELINE_MS } : { skip: true, meta: { skipReason } };
    it(`for ${system.name} reviews a pull request, and renders what it got into`, options, async () => {
      const { at, forge, pullRequest, repository } = await published();
      const reviewed = await run(system, repository, { pullRequest });
      expect(reviewed.exit, reviewed.stderr).toBe(0);
      const [comment] = await forge.comments(pullRequest);
      expect(comment!.body).toContain('a 1 → 2');
      if (system === jenkins) {
        expect(comment!.body).toContain(
          'https://jenkins.example.com/job/shop/1/artifact/truekeel-review.html',
        );
        expect(reviewed.machine.read('temp', 'truekeel-review.html')).toContain('<html');
      }

      at.git('checkout', '--quiet', 'main');
      at.git('merge', '--quiet', '--no-ff', '--message', 'Merge', 'change');
      at.git('push', '--quiet', 'origin', 'main');
      const rendered = await run(system, repository, { branch: 'main' });
      expect(rendered.exit, rendered.stderr).toBe(0);
      at.git('fetch', '--quiet', 'origin');
      expect(at.git('show', 'origin/rendered/staging:web/shop/ConfigMap/settings.yaml')).toContain('a: "2"');
      const said = [reviewed, rendered].flatMap(({ stdout, stderr }) => [stdout, stderr]).join('\n');
      expect(said).not.toContain(bot.token);
      expect(said).not.toContain('::');
    });
  }
});
