/** A Gitea on loopback: one process, SQLite, its data in a folder that is gone when it is stopped. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ProcessGroup, until } from '../controlplane/processes.ts';
import { ensureGitea, type GiteaBinary } from './binary.ts';

export interface GiteaUser {
  readonly login: string;
  readonly token: string;
}

/** One answer of the API. */
interface GiteaAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests read members of answers that the API's own page describes
  readonly body: any;
}

export interface Gitea extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** May do everything. */
  readonly admin: GiteaUser;
  createUser(login: string): Promise<GiteaUser>;
  /** Sends a request to the API as somebody. @param path below `/api/v1` */
  call(as: GiteaUser, method: string, path: string, body?: object): Promise<GiteaAnswer>;
  /** Makes a repository with a first commit on `main`; the others may write to it. */
  createRepository(owner: GiteaUser, name: string, writers?: readonly GiteaUser[]): Promise<string>;
  /** A URL to clone from and push to. */
  cloneUrl(as: GiteaUser, repository: string): string;
  stop(): Promise<void>;
}

/** @throws Error when it is neither there nor can be built, or ends before it is ready (with the end of its log) */
export async function startGitea(): Promise<Gitea> {
  const binary = await ensureGitea({ onProgress: (line) => console.error(line) });
  const directory = mkdtempSync(join(tmpdir(), 'truekeel-gitea-'));
  const processes = new ProcessGroup(directory);
  try {
    return await start(binary, directory, processes);
  } catch (error) {
    await processes.stop();
    throw error;
  }
}

async function start(binary: GiteaBinary, directory: string, processes: ProcessGroup): Promise<Gitea> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const config = join(directory, 'app.ini');
  mkdirSync(join(directory, 'repositories'));
  writeFileSync(config, settings(binary, directory, port));
  const command = async (...args: readonly string[]) => {
    const done = await promisify(execFile)(binary.command, [...args, '--config', config], { cwd: directory });
    // Before its answer it may warn.
    return done.stdout.trim().split('\n').at(-1)!;
  };
  await command('migrate');
  const login = 'keel';
  const identity = ['--username', login, '--email', `${login}@example.com`, '--random-password'];
  await command('admin', 'user', 'create', '--admin', ...identity, '--must-change-password=false');
  const token = ['--username', login, '--token-name', 'tests', '--scopes', 'all', '--raw'];
  const admin = { login, token: await command('admin', 'user', 'generate-access-token', ...token) };
  const server = processes.start('gitea', binary.command, ['web', '--config', config]);
  await until(server, async () => (await fetch(`${url}/api/v1/version`)).ok);
  return new RunningGitea(url, admin, processes);
}

class RunningGitea implements Gitea {
  readonly url: string;
  readonly admin: GiteaUser;
  readonly #processes: ProcessGroup;

  constructor(url: string, admin: GiteaUser, processes: ProcessGroup) {
    this.url = url;
    this.admin = admin;
    this.#processes = processes;
  }

  async createUser(login: string): Promise<GiteaUser> {
    const password = randomBytes(12).toString('base64url');
    const email = `${login}@example.com`;
    const user = { username: login, email, password, must_change_password: false };
    await this.#must(await this.call(this.admin, 'POST', '/admin/users', user));
    const basic = Buffer.from(`${login}:${password}`).toString('base64');
    const response = await fetch(`${this.url}/api/v1/users/${login}/tokens`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'tests', scopes: ['all'] }),
    });
    const { body } = await this.#must({ status: response.status, body: await response.json() });
    return { login, token: body.sha1 };
  }

  async call(as: GiteaUser, method: string, path: string, body?: object): Promise<GiteaAnswer> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { authorization: `token ${as.token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  async createRepository(
    owner: GiteaUser,
    name: string,
    writers: readonly GiteaUser[] = [],
  ): Promise<string> {
    const wanted = { name, auto_init: true, default_branch: 'main' };
    await this.#must(await this.call(owner, 'POST', '/user/repos', wanted));
    const repository = `${owner.login}/${name}`;
    for (const { login } of writers) {
      const path = `/repos/${repository}/collaborators/${login}`;
      await this.#must(await this.call(owner, 'PUT', path, { permission: 'write' }));
    }
    return repository;
  }

  cloneUrl(as: GiteaUser, repository: string): string {
    return `${this.url.replace('://', `://${as.login}:${as.token}@`)}/${repository}.git`;
  }

  stop(): Promise<void> {
    return this.#processes.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #must(answer: GiteaAnswer): Promise<GiteaAnswer> {
    if (answer.status < 300) return answer;
    throw new Error(`Gitea answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
}

function settings({ staticRoot }: GiteaBinary, directory: string, port: number): string {
  const isRoot = process.getuid?.() === 0;
  return `
RUN_MODE = prod
RUN_USER = ${userInfo().username}
WORK_PATH = ${directory}
${isRoot ? 'I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true' : ''}

[server]
HTTP_ADDR = 127.0.0.1
HTTP_PORT = ${port}
ROOT_URL = http://127.0.0.1:${port}/
STATIC_ROOT_PATH = ${staticRoot}
DISABLE_SSH = true
OFFLINE_MODE = true
LFS_START_SERVER = false

[database]
DB_TYPE = sqlite3
PATH = ${join(directory, 'gitea.db')}

[repository]
ROOT = ${join(directory, 'repositories')}

[security]
INSTALL_LOCK = true
SECRET_KEY = ${randomBytes(24).toString('hex')}

[service]
DISABLE_REGISTRATION = true

[webhook]
ALLOWED_HOST_LIST = loopback

[indexer]
ISSUE_INDEXER_TYPE = db

[cron]
ENABLED = false

[actions]
ENABLED = false

[log]
LEVEL = Warn
`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
