/** The OpenSSH server that tests talk to: Debian's, unpacked into the user's cache folder and installed nowhere. A second
 * package lets it know a user of its own, so that it needs none of the machine's, nor their rights. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheHome } from '../controlplane/binaries.ts';
import { withLock } from '../controlplane/lock.ts';

const PACKAGES = ['openssh-server', 'libwrap0', 'libnss-wrapper'];
const run = promisify(execFile);

export interface OpenSshPackages {
  /** `sshd`, and since OpenSSH 9.8 the programs that it starts. */
  readonly programs: readonly string[];
  readonly libraries: readonly string[];
}

const PROGRAMS = ['usr/sbin/sshd', 'usr/lib/openssh/sshd-session', 'usr/lib/openssh/sshd-auth'];
const LIBRARY = /(?:^|\/)lib(?:wrap|nss_wrapper)\.so[.\d]*$/;

/** @returns the packages, or why there are none as one sentence for people */
export async function openSshPackages(): Promise<OpenSshPackages | { readonly skipReason: string }> {
  if (!existsSync('/etc/debian_version'))
    return {
      skipReason: 'no OpenSSH server: it is taken from a package of Debian, and this is another system',
    };
  const system = /^VERSION_ID="?([\w.]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'unknown';
  const directory = join(cacheHome(process.env), 'openssh-server', `${process.arch}-${system}`);
  try {
    await withLock(`${directory}.lock`, () => unpackInto(directory));
  } catch (error) {
    const why = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
    return { skipReason: `no OpenSSH server: its package of Debian cannot be had (${why})` };
  }
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return {
    programs: files.filter((file) => PROGRAMS.includes(file)).map((file) => join(directory, file)),
    libraries: files.filter((file) => LIBRARY.test(file)).map((file) => join(directory, file)),
  };
}

async function unpackInto(directory: string): Promise<void> {
  if (existsSync(directory)) return;
  const temporary = `${directory}.unpacking-${process.pid}`;
  mkdirSync(join(temporary, 'root'), { recursive: true });
  try {
    await download(temporary);
    for (const name of readdirSync(temporary).filter((file) => file.endsWith('.deb')))
      await run('dpkg-deb', ['-x', name, 'root'], { cwd: temporary });
    renameSync(join(temporary, 'root'), directory);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Downloads them as the machine's lists of packages say, or where it has none, as lists say that are thrown away again. */
async function download(directory: string): Promise<void> {
  const get = (...args: readonly string[]) => run('apt-get', ['-q', ...args], { cwd: directory });
  try {
    await get('download', ...PACKAGES);
  } catch {
    const own = ['lists', 'archives'].map((name) => join(directory, name));
    for (const place of own) mkdirSync(join(place, 'partial'), { recursive: true });
    const options = ['-o', `Dir::State::Lists=${own[0]}`, '-o', `Dir::Cache=${directory}`];
    await get(...options, 'update');
    await get(...options, 'download', ...PACKAGES);
  }
}
