/** An agent as a process, on a repository of a real Gitea that calls its webhook. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFailed } from 'vitest';
import { type Forge, GiteaForge } from '../../lib/forge/index.ts';
import { scratch } from '../git/scratch.ts';
import type { Gitea, GiteaUser } from '../gitea/start.ts';
import { type ClusterUnderTest, unique } from './clusters.ts';
import { Running } from './running.ts';
import { Workbench } from './workbench.ts';

export const WEBHOOK_SECRET = 'secret-of-the-webhook';

export interface People {
  readonly author: GiteaUser;
  readonly bot: GiteaUser;
  readonly writer: GiteaUser;
}

export class ForgeAgent {
  readonly bench: Workbench;
  readonly repository: string;
  readonly forge: Forge;
  readonly port: number;
  readonly #gitea: Gitea;
  readonly #people: People;
  readonly #cluster: ClusterUnderTest;
  readonly #state = scratch();

  private constructor(made: {
    readonly bench: Workbench;
    readonly repository: string;
    readonly port: number;
    readonly gitea: Gitea;
    readonly people: People;
    readonly cluster: ClusterUnderTest;
  }) {
    this.bench = made.bench;
    this.repository = made.repository;
    this.port = made.port;
    this.#gitea = made.gitea;
    this.#people = made.people;
    this.#cluster = made.cluster;
    const { url } = made.gitea;
    this.forge = new GiteaForge({ url, repository: made.repository, token: made.people.bot.token });
  }

  /** A program on `main` of a repository of its author, and a webhook that leads to where the agent will be. */
  static async create(
    gitea: Gitea,
    people: People,
    cluster: ClusterUnderTest,
    program: (bench: Workbench) => string,
  ): Promise<ForgeAgent> {
    const { author, bot, writer } = people;
    const bench = new Workbench(cluster);
    const repository = await gitea.createRepository(author, unique('shop'), [bot, writer]);
    const port = await freePort();
    bench.project.commit('A shop', { 'main.ts': program(bench) });
    bench.project.git('remote', 'add', 'origin', gitea.cloneUrl(author, repository));
    bench.project.git('push', '--quiet', '--force', 'origin', 'main');
    const hook = {
      type: 'gitea',
      active: true,
      events: [
        ...['push', 'pull_request', 'pull_request_sync', 'pull_request_comment', 'issue_comment'],
        ...['pull_request_review', 'pull_request_review_approved'],
      ],
      config: { url: `http://127.0.0.1:${port}/webhook`, content_type: 'json', secret: WEBHOOK_SECRET },
    };
    await gitea.call(author, 'POST', `/repos/${repository}/hooks`, hook);
    return new ForgeAgent({ bench, repository, port, gitea, people, cluster });
  }

  /** Starts it, or starts it again with what it left. */
  async start(flags: readonly string[], environment = 'staging'): Promise<Running> {
    const { directory } = this.bench.project;
    const running = new Running(
      directory,
      [
        ...['agent', '--repo', this.#gitea.cloneUrl(this.#people.bot, this.repository)],
        ...['--environment', environment, '--state', join(this.#state, environment)],
        ...['--packages', join(directory, 'node_modules'), '--kubeconfig', this.#cluster.kubeconfig],
        ...['--webhook-port', String(this.port), ...flags],
      ],
      {
        TRUEKEEL_WEBHOOK_SECRET: WEBHOOK_SECRET,
        TRUEKEEL_FORGE: 'gitea',
        TRUEKEEL_FORGE_URL: this.#gitea.url,
        TRUEKEEL_FORGE_REPOSITORY: this.repository,
        TRUEKEEL_FORGE_TOKEN: this.#people.bot.token,
      },
    );
    onTestFailed(() => console.log(running.lines.join('\n')));
    await running.line(/"msg":"listening for pushes"/);
    return running;
  }

  /** Commits to a branch, pushes it, and opens a pull request of it. */
  async open(branch: string, files: Readonly<Record<string, string>>): Promise<number> {
    const { project } = this.bench;
    project.git('checkout', '--quiet', '-b', branch, 'main');
    project.commit(`Change ${branch}`, files);
    project.git('push', '--quiet', 'origin', branch);
    project.git('checkout', '--quiet', 'main');
    return this.openOf(branch);
  }

  /** @param head a branch, or `user:branch` of a fork */
  async openOf(head: string, as = this.#people.author): Promise<number> {
    const wanted = { title: `Change ${head}`, head, base: 'main' };
    const { body } = await this.#gitea.call(as, 'POST', `/repos/${this.repository}/pulls`, wanted);
    return body.number;
  }

  /** @returns the id of the comment */
  async comment(number: number, body: string, as = this.#people.writer): Promise<string> {
    const path = `/repos/${this.repository}/issues/${number}/comments`;
    const answer = await this.#gitea.call(as, 'POST', path, { body });
    return String(answer.body.id);
  }

  /** Signs that somebody put on a comment: `+1`, `eyes`. */
  async reactions(commentId: string): Promise<readonly string[]> {
    const path = `/repos/${this.repository}/issues/comments/${commentId}/reactions`;
    const { body } = await this.#gitea.call(this.#people.author, 'GET', path);
    return (body ?? []).map(({ content }: { readonly content: string }) => content);
  }

  /** Approves the newest commit. @returns the HTTP status */
  async approve(number: number, as = this.#people.writer): Promise<number> {
    const path = `/repos/${this.repository}/pulls/${number}/reviews`;
    return (await this.#gitea.call(as, 'POST', path, { event: 'APPROVED', body: '' })).status;
  }

  /** Merges as the button of the forge does. @returns the HTTP status */
  async merge(number: number): Promise<number> {
    const path = `/repos/${this.repository}/pulls/${number}/merge`;
    return (await this.#gitea.call(this.#people.author, 'POST', path, { Do: 'merge' })).status;
  }

  /** What a branch of the remote is at; undefined where there is none. */
  tip(branch: string): string | undefined {
    return this.bench.project.git('ls-remote', 'origin', `refs/heads/${branch}`).split('\t')[0] || undefined;
  }

  close(number: number): Promise<unknown> {
    const path = `/repos/${this.repository}/pulls/${number}`;
    return this.#gitea.call(this.#people.author, 'PATCH', path, { state: 'closed' });
  }
}

/** One that nothing listens on for the moment. */
async function freePort(): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
