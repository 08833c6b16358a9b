/** isomorphic-git, by its plumbing: blobs, trees and a commit without an index or a work tree. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { BRANCH, type Contestant, type Places } from './workload.ts';

/** What is used of it; it is installed outside of this repository, so that its own types cannot be had. */
interface Isomorphic {
  writeBlob(args: object): Promise<string>;
  writeTree(args: object): Promise<string>;
  commit(args: object): Promise<string>;
  writeRef(args: object): Promise<void>;
  push(args: object): Promise<unknown>;
  fetch(args: object): Promise<unknown>;
  addRemote(args: object): Promise<void>;
  walk(args: object): Promise<unknown>;
  TREE(args: object): unknown;
}

interface WalkerEntry {
  type(): Promise<string>;
  content(): Promise<Uint8Array | undefined>;
}

export async function isomorphic({ repository, clone, url }: Places, modules: string): Promise<Contestant> {
  const load = createRequire(join(modules, 'isomorphic-git/package.json'));
  const git = load('isomorphic-git') as Isomorphic; // by its documentation
  const http: unknown = load('isomorphic-git/http/node');
  const author = { name: 'Bench', email: 'bench@example.com', timestamp: 1_767_225_600, timezoneOffset: 0 };
  for (const gitdir of new Set([repository, clone]))
    await git.addRemote({ fs, gitdir, remote: 'origin', url });
  const cache = {};

  const writeTree = async (entries: readonly (readonly [path: string, oid: string])[]): Promise<string> => {
    const tree: object[] = [];
    for (const [name, below] of Map.groupBy(entries, ([path]) => path.split('/')[0]!)) {
      const [first] = below;
      if (first![0] === name) tree.push({ mode: '100644', path: name, oid: first![1], type: 'blob' });
      else {
        const oid = await writeTree(below.map(([path, id]) => [path.slice(name.length + 1), id] as const));
        tree.push({ mode: '040000', path: name, oid, type: 'tree' });
      }
    }
    return git.writeTree({ fs, gitdir: repository, tree });
  };

  return {
    async commit(files, _changed, parent) {
      const entries: [string, string][] = [];
      for (const [path, blob] of files)
        entries.push([path, await git.writeBlob({ fs, gitdir: repository, blob })]);
      const tree = await writeTree(entries);
      return git.commit({
        fs,
        gitdir: repository,
        cache,
        ref: BRANCH,
        tree,
        parent: parent === undefined ? [] : [parent],
        message: 'Render',
        author,
      });
    },
    async push() {
      await git.push({
        fs,
        http,
        gitdir: repository,
        cache,
        remote: 'origin',
        ref: BRANCH,
        remoteRef: BRANCH,
      });
    },
    async fetch() {
      await git.fetch({
        fs,
        http,
        gitdir: clone,
        remote: 'origin',
        ref: BRANCH,
        remoteRef: BRANCH,
        singleBranch: true,
        tags: false,
      });
    },
    async read(commit) {
      let bytes = 0;
      const map = async (_path: string, [entry]: readonly WalkerEntry[]) => {
        // Walked at once: what was read is added after it was waited for.
        const content = (await entry?.type()) === 'blob' ? await entry?.content() : undefined;
        bytes += content?.length ?? 0;
        return true;
      };
      await git.walk({ fs, gitdir: repository, cache, trees: [git.TREE({ ref: commit })], map });
      return bytes;
    },
    close() {},
  };
}
