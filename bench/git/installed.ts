/** The installed Git, at its best: `fast-import` instead of a work tree, `cat-file --batch` instead of a checkout. */
import { git } from '../system-git.ts';
import { BRANCH, type Contestant, type Places } from './workload.ts';

export async function installed({ repository, clone, url }: Places): Promise<Contestant> {
  return {
    async commit(files, changed, parent) {
      const chunks: (string | Buffer)[] = [
        `commit ${BRANCH}\ncommitter Bench <bench@example.com> 1767225600 +0000\ndata 7\nRender\n\n`,
        ...(parent === undefined ? [] : [`from ${parent}\n`]),
      ];
      // On top of a parent only what changed is told, as nobody would tell all again.
      const told = parent === undefined ? [...files] : [...files].slice(0, changed);
      for (const [path, body] of told)
        chunks.push(`M 100644 inline ${path}\ndata ${body.length}\n`, body, '\n');
      await git(
        repository,
        'fast-import',
        '--quiet',
        Buffer.concat(chunks.map((chunk) => Buffer.from(chunk))),
      );
      return (await git(repository, 'rev-parse', BRANCH)).stdout.trim();
    },
    async push(commit) {
      await git(repository, 'push', '--quiet', url, `${commit}:${BRANCH}`);
    },
    async fetch() {
      await git(clone, 'fetch', '--quiet', '--no-tags', url, `+${BRANCH}:${BRANCH}`);
    },
    async read(commit) {
      const { stdout } = await git(repository, 'ls-tree', '-r', '--format=%(objectname)', commit);
      const run = await git(repository, 'cat-file', '--batch=', '--buffer', Buffer.from(stdout));
      // A line break stands before each blob, and behind it.
      return Buffer.byteLength(run.stdout) - 2 * (stdout.split('\n').length - 1);
    },
    close() {},
  };
}
