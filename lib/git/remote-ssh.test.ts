import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openSshPackages } from '../../test/git/openssh-packages.ts';
import { serveOpenSsh } from '../../test/git/openssh-server.ts';
import { bare, commitAll, git, opened, scratch, workTree } from '../../test/git/scratch.ts';
import { type SshKey, serveSsh, sshKey } from '../../test/git/ssh-server.ts';
import type { Oid } from './oid.ts';

const MAIN = 'refs/heads/main';
const code = (expected: string) => expect.objectContaining({ code: expected });

let config = '';

beforeEach(() => {
  vi.stubEnv('GIT_CONFIG_GLOBAL', '/dev/null');
  vi.stubEnv('GIT_CONFIG_NOSYSTEM', '1');
  for (const name of ['SSH_AUTH_SOCK', 'GIT_SSH', 'GIT_SSH_COMMAND']) vi.stubEnv(name, undefined);
  onTestFinished(() => void vi.unstubAllEnvs());
  // ssh takes its home from the user database, so its configuration is named to it by a program in its place.
  const directory = scratch();
  config = join(directory, 'config');
  const real = execFileSync('which', ['ssh'], { encoding: 'utf8' }).trim();
  writeFileSync(join(directory, 'ssh'), `#!/bin/sh\nexec ${real} -F ${config} "$@"\n`, { mode: 0o755 });
  vi.stubEnv('PATH', `${directory}:${process.env.PATH}`);
});

interface Served {
  readonly url: string;
  readonly host: SshKey;
  readonly ann: SshKey;
  readonly port: number;
}

interface Server {
  readonly name: string;
  /** Why it cannot be had on this machine. */
  readonly skipReason?: string | undefined;
  /** @returns the port */
  readonly serve: (hostKey: SshKey, authorized: SshKey, repository: string) => Promise<number>;
}

/** One of our own, which can be had everywhere, and the one that runs nearly everywhere. */
const packages = await openSshPackages();
const SERVERS: readonly Server[] = [
  { name: 'a server in this process', serve: serveSsh },
  'skipReason' in packages
    ? { name: 'OpenSSH', skipReason: packages.skipReason, serve: () => Promise.reject() }
    : { name: 'OpenSSH', serve: (...keys) => serveOpenSsh(packages, ...keys) },
];

/** What the user's ~/.ssh says. */
function configure({ port }: Served, known: SshKey | undefined, ...lines: readonly string[]): void {
  const knownHosts = join(scratch(), 'known_hosts');
  writeFileSync(knownHosts, known ? `[127.0.0.1]:${port} ${known.publicKey}\n` : '');
  const settings = [`UserKnownHostsFile ${knownHosts}`, 'GlobalKnownHostsFile /dev/null', ...lines];
  writeFileSync(config, `${settings.join('\n')}\n`);
}

const identity = ({ file }: SshKey) => [`IdentityFile ${file}`, 'IdentitiesOnly yes'];

describe.each(SERVERS)('over SSH, to $name', ({ skipReason, serve }) => {
  const options = skipReason === undefined ? {} : { skip: true, meta: { skipReason } };
  async function served(): Promise<Served> {
    const [host, ann] = [sshKey('host'), sshKey('ann')];
    const repository = bare();
    const port = await serve(host, ann, repository);
    return { url: `ssh://ann@127.0.0.1:${port}${repository}`, host, ann, port };
  }

  test('a branch is pushed and fetched with a key', options, async () => {
    const server = await served();
    configure(server, server.host, ...identity(server.ann));
    const work = workTree();
    const [one, two] = [commitAll(work, 'one'), commitAll(work, 'two')] as [Oid, Oid];
    const repository = await opened(work);
    await repository.push(server.url, { ref: MAIN, commit: one, expected: undefined });
    await repository.push(server.url, { ref: MAIN, commit: two, expected: one });
    await expect(
      repository.push(server.url, { ref: MAIN, commit: two, expected: undefined }),
    ).resolves.toBeUndefined();
    const other = await opened(bare());
    await other.fetch(server.url, [`+${MAIN}:${MAIN}`]);
    expect(await other.readRef(MAIN)).toBe(two);
  });

  test('an agent holds the key', options, async () => {
    const server = await served();
    configure(server, server.host);
    const socket = join(scratch(), 'agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    onTestFinished(() => void agent.kill());
    await vi.waitUntil(() => existsSync(socket));
    vi.stubEnv('SSH_AUTH_SOCK', socket);
    const repository = await opened(workTree());
    await expect(repository.lsRemote(server.url)).rejects.toThrow(code('GIT_AUTH_FAILED'));
    execFileSync('ssh-add', ['-q', server.ann.file], { stdio: 'ignore' });
    expect((await repository.lsRemote(server.url)).refs.size).toBe(0);
  });

  test(
    'a key with a passphrase, of somebody else, or none at all is refused, and nobody is asked',
    options,
    async () => {
      const server = await served();
      const repository = await opened(workTree());
      const asked = join(scratch(), 'asked');
      const askpass = join(scratch(), 'askpass');
      writeFileSync(askpass, `#!/bin/sh\ntouch ${asked}\necho secret\n`, { mode: 0o755 });
      vi.stubEnv('SSH_ASKPASS_REQUIRE', 'force');
      vi.stubEnv('SSH_ASKPASS', askpass);
      for (const key of [sshKey('locked', 'secret'), sshKey('eve')]) {
        configure(server, server.host, ...identity(key));
        const refused = await repository.lsRemote(server.url).catch((error: unknown) => error);
        expect(refused).toEqual(code('GIT_AUTH_FAILED'));
        expect(inspect(refused, { depth: null })).not.toMatch(/secret|PRIVATE KEY/);
      }
      expect(existsSync(asked)).toBe(false);
    },
  );

  test.each<[string, () => SshKey | undefined]>([
    ['is not known', () => undefined],
    ['has changed', () => sshKey('former')],
  ] as const)(
    'a server whose key %s is refused, whatever ssh is told to think of it',
    options,
    async (_what, known) => {
      const server = await served();
      configure(server, known(), ...identity(server.ann), 'StrictHostKeyChecking no');
      const failed = (await opened(workTree())).lsRemote(server.url);
      await expect(failed).rejects.toThrow(code('GIT_AUTH_FAILED'));
      await expect(failed).rejects.toThrow(/host key/i);
      expect(readFileSync(config, 'utf8')).toContain('StrictHostKeyChecking no');
    },
  );

  test('what the person says about ssh to Git counts', options, async () => {
    const server = await served();
    configure(server, undefined, ...identity(server.ann), 'StrictHostKeyChecking no');
    const work = workTree();
    git(work, 'config', 'core.sshCommand', 'ssh -o BatchMode=yes');
    expect((await (await opened(work)).lsRemote(server.url)).refs.size).toBe(0);
  });
});

test.each([
  'ssh://-oProxyCommand=touch%20x/y',
  'ssh://-oProxyCommand=touch@host/y',
  'ssh://ann@-oProxyCommand=touch/y',
  'ssh://host/-oProxyCommand=touch',
  'git+ssh://-oProxyCommand=touch/y',
  '-oProxyCommand=touch:y',
  'ann@-oProxyCommand=touch:y',
  'host:-oProxyCommand=touch',
])('%j, which ssh would take as an option, is refused', async (remote) => {
  const repository = await opened(workTree());
  await expect(repository.lsRemote(remote)).rejects.toThrow(code('INVALID_REMOTE'));
});
