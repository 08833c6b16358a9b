/** Git over SSH on loopback: a server in this process, which runs the installed Git for whoever shows a key that it
 * knows. */
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import ssh from 'ssh2';
import { onTestFinished } from 'vitest';
import { scratch } from './scratch.ts';

export interface SshKey {
  /** Path of the private key. */
  readonly file: string;
  /** Type and key, as they stand in `known_hosts` and `authorized_keys`. */
  readonly publicKey: string;
}

export function sshKey(name: string, passphrase = ''): SshKey {
  const file = join(scratch(), name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', name, '-f', file]);
  return { file, publicKey: readFileSync(`${file}.pub`, 'utf8').trim().split(' ').slice(0, 2).join(' ') };
}

/** Only what Git asks for, and only for paths without quotes. */
const COMMAND = /^(git-(?:upload|receive)-pack) '([^']+)'$/;

/** @param authorized whose key opens the door
 * @returns the port */
export async function serveSsh(hostKey: SshKey, authorized: SshKey): Promise<number> {
  const known = ssh.utils.parseKey(authorized.publicKey);
  if (known instanceof Error) throw known;
  const server = new ssh.Server({ hostKeys: [readFileSync(hostKey.file)] }, (client) => {
    client.on('error', () => undefined);
    client.on('authentication', (context) => {
      if (context.method !== 'publickey') return context.reject(['publickey']);
      const isKnown = context.key.data.equals(known.getPublicSSH());
      // Without a signature it is the question whether the key would do.
      const { signature, blob } = context;
      const isSigned =
        signature === undefined ||
        blob === undefined ||
        known.verify(blob, signature, context.hashAlgo) === true;
      return isKnown && isSigned ? context.accept() : context.reject(['publickey']);
    });
    client.on('session', (accept) => {
      const session = accept();
      session.on('env', (allow, _refuse, { key, val }) => {
        if (key === 'GIT_PROTOCOL') protocol = val;
        allow?.();
      });
      let protocol = '';
      session.on('exec', (allow, refuse, { command }) => {
        const [, program, path] = COMMAND.exec(command) ?? [];
        if (program === undefined || path === undefined) return refuse();
        const channel = allow();
        const child = spawn('git', [program.slice('git-'.length), path], {
          env: { PATH: process.env.PATH, ...(protocol !== '' && { GIT_PROTOCOL: protocol }) },
        });
        channel.pipe(child.stdin);
        child.stdout.pipe(channel, { end: false });
        child.stderr.pipe(channel.stderr, { end: false });
        child.stdin.on('error', () => undefined);
        child.on('close', (code) => {
          channel.exit(code ?? 1);
          channel.end();
        });
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}
