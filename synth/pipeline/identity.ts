import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Identity } from '../../lib/git/index.ts';
import { TruekeelError } from '../../lib/objects/index.ts';

/** Who runs the command, as Git knows them, and now.
 * @throws TruekeelError `NO_IDENTITY` when Git does not know */
export async function committer(directory: string): Promise<Identity> {
  const git = await promisify(execFile)('git', ['var', 'GIT_COMMITTER_IDENT'], { cwd: directory }).catch(
    () => undefined,
  );
  const match = git && /^(.*) <(.*)> (\d+) ([+-]\d{4})$/.exec(git.stdout.trim());
  if (match) return { name: match[1]!, email: match[2]!, seconds: Number(match[3]), timezone: match[4]! };
  throw new TruekeelError('Git does not know who you are', {
    code: 'NO_IDENTITY',
    family: 'usage',
    hint: 'Run: git config --global user.name "Your Name" && git config --global user.email you@example.com',
  });
}
