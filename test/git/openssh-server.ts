/** Git over SSH on loopback by OpenSSH itself, for whoever shows a key that it knows. */
import { spawn } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import type { OpenSshPackages } from './openssh-packages.ts';
import { scratch } from './scratch.ts';
import type { SshKey } from './ssh-server.ts';

/** As root it would want a user of the machine to hand over to: it is started as one who may do nothing. */
const NOBODY = 65_534;

/** Where sshd finds the programs that it starts (sshd_config). */
const OWN_PROGRAM: Readonly<Record<string, string>> = {
  'sshd-session': 'SshdSessionPath',
  'sshd-auth': 'SshdAuthPath',
};

/** @param repository a bare one; it belongs to the server from then on
 * @returns the port */
export async function serveOpenSsh(
  packages: OpenSshPackages,
  hostKey: SshKey,
  authorized: SshKey,
  repository: string,
): Promise<number> {
  const home = scratch();
  const port = await freePort();
  const isRoot = process.getuid?.() === 0;
  const [uid, gid] = isRoot ? [NOBODY, NOBODY] : [process.getuid!(), process.getgid!()];
  const own = (name: string, text: string) => writeFileSync(join(home, name), text);
  // The cache is its user's alone.
  for (const file of [...packages.programs, ...packages.libraries])
    copyFileSync(file, join(home, basename(file)));
  copyFileSync(hostKey.file, join(home, 'host_key'));
  chmodSync(join(home, 'host_key'), 0o600);
  own('authorized_keys', `${authorized.publicKey}\n`);
  own('passwd', `ann:x:${uid}:${gid}:Ann:${home}:/bin/sh\n`);
  own('group', `ann:x:${gid}:\n`);
  const settings = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(home, 'host_key')}`,
    `AuthorizedKeysFile ${join(home, 'authorized_keys')}`,
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'UsePAM no',
    'PidFile none',
    'AcceptEnv GIT_PROTOCOL',
    ...packages.programs.flatMap((file) => {
      const setting = OWN_PROGRAM[basename(file)];
      return setting === undefined ? [] : `${setting} ${join(home, basename(file))}`;
    }),
  ];
  own('sshd_config', `${settings.join('\n')}\n`);
  if (isRoot) for (const place of [home, join(repository, '..')]) handOver(place);
  const child = spawn(join(home, 'sshd'), ['-D', '-e', '-f', join(home, 'sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      LD_LIBRARY_PATH: home,
      LD_PRELOAD: join(home, 'libnss_wrapper.so'),
      NSS_WRAPPER_PASSWD: join(home, 'passwd'),
      NSS_WRAPPER_GROUP: join(home, 'group'),
    },
    ...(isRoot && { uid, gid }),
  });
  onTestFinished(() => void child.kill());
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line);
    if (line.startsWith('Server listening')) {
      child.stderr.resume();
      return port;
    }
  }
  throw new Error(`sshd did not start: ${said.join('\n')}`);
}

function handOver(directory: string): void {
  chownSync(directory, NOBODY, NOBODY);
  for (const entry of readdirSync(directory, { recursive: true, encoding: 'utf8' }))
    chownSync(join(directory, entry), NOBODY, NOBODY);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // of TCP
  await new Promise((resolve) => server.close(resolve));
  return port;
}
