/** What each of the contestants writes, the others read: their times are those of the same work, and what Truekeel makes of a
 * repository is what Git and a third implementation make of it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { hashObject } from '../../lib/git/index.ts';
import { serveGit } from '../../test/git/http-server.ts';
import { git, gitInput, scratch } from '../../test/git/scratch.ts';
import { installPeers } from '../peers.ts';
import { GIT } from '../system-git.ts';
import { CONTESTANTS, contestant, GIT_PEERS } from './contestants.ts';
import { BRANCH, filesOf } from './workload.ts';

const FILES = 150;
const CHANGED = 3;

const modules = await installPeers(() => undefined, GIT_PEERS).catch((error: unknown) => ({
  skipReason: `isomorphic-git cannot be installed from the npm registry: ${String(error).split('\n')[0]}`,
}));

function optionsOf(...names: readonly string[]) {
  if (typeof modules === 'string' || !names.includes('isomorphic-git')) return {};
  return { skip: true, meta: modules };
}

async function places() {
  for (const [name, value] of Object.entries(GIT)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const root = scratch();
  const make = (name: string) => {
    const directory = join(root, name);
    mkdirSync(directory);
    git(directory, 'init', '--quiet', '--bare', `--initial-branch=${BRANCH.slice('refs/heads/'.length)}`);
    return directory;
  };
  const [served, written, read] = [make('served.git'), make('written.git'), make('read.git')];
  git(served, 'config', 'http.receivepack', 'true');
  return { served, written, read, url: `${await serveGit({ root })}/served.git` };
}

/** The tree that Git makes of the files. */
function treeOf(directory: string, files: ReadonlyMap<string, Buffer>): string {
  const index = [...files].map(([path, body]) => `100644 ${hashObject('blob', body)}\t${path}\0`);
  git(directory, 'read-tree', '--empty');
  gitInput(directory, index.join(''), 'update-index', '-z', '--index-info');
  return git(directory, 'write-tree');
}

describe.each(CONTESTANTS)('a branch that %s pushes', (writes) => {
  describe.each(CONTESTANTS)('is by %s', (reads) => {
    test('fetched and read, at first and when it goes on', optionsOf(writes, reads), async () => {
      const { served, written, read, url } = await places();
      const own = typeof modules === 'string' ? modules : '';
      const writer = await contestant(writes, { repository: written, clone: written, url }, own);
      const reader = await contestant(reads, { repository: read, clone: read, url }, own);
      onTestFinished(() => {
        writer.close();
        reader.close();
      });
      let parent: string | undefined;
      for (const changed of [0, CHANGED]) {
        const files = filesOf(FILES, changed);
        const commit = await writer.commit(files, changed, parent);
        await writer.push(commit, parent);
        await reader.fetch();
        // Some keep it among the branches of the remote.
        expect(git(read, 'for-each-ref', '--points-at', commit)).toContain('rendered/bench');
        const bytes = [...files.values()].reduce((sum, body) => sum + body.length, 0);
        expect(await reader.read(commit)).toBe(bytes);
        expect(git(read, 'rev-parse', `${commit}^{tree}`)).toBe(treeOf(read, files));
        parent = commit;
      }
      expect(git(read, 'rev-list', '--count', String(parent))).toBe('2');
      for (const directory of [served, read])
        expect(git(directory, 'fsck', '--strict', '--no-dangling')).toBe('');
    });
  });
});
