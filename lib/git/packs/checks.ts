/** Looks at objects that somebody else made: that they are what their type says, name nothing that a file system
 * would take for something else, and what others they need. */
import { decodeCommit } from '../commit.ts';
import { asOid, isOid, type Oid } from '../oid.ts';
import { checkEntryName, decodeTree } from '../tree.ts';
import { badPack } from './bad-pack.ts';
import type { Unpacked } from './unpack.ts';

/** Another object that one needs. */
export interface Reference {
  readonly oid: Oid;
  readonly as: 'parent' | 'tree' | 'blob' | 'tagged';
}

/** @throws GitError `BAD_PACK`, `UNSAFE_PATH` */
export function referencesOf(oid: Oid, { type, body }: Unpacked): readonly Reference[] {
  switch (type) {
    case 'blob':
      return [];
    case 'tree':
      return treeReferences(body);
    case 'commit':
      return commitReferences(oid, body);
    case 'tag': {
      const object = /^object ([0-9a-f]{40})\n/.exec(body.toString('latin1', 0, 60))?.[1];
      if (object === undefined) throw badPack(`the tag ${oid} names no object`);
      return [{ oid: asOid(object), as: 'tagged' }];
    }
  }
}

function treeReferences(body: Buffer): readonly Reference[] {
  const references: Reference[] = [];
  for (const entry of decodeTree(body)) {
    checkEntryName(entry.name, entry.name);
    // A submodule is a commit of another repository.
    if (entry.mode === '160000') continue;
    references.push({ oid: entry.oid, as: entry.mode === '40000' ? 'tree' : 'blob' });
  }
  return references;
}

function commitReferences(oid: Oid, body: Buffer): readonly Reference[] {
  const head = body.toString('latin1', 0, Math.max(0, body.indexOf('\n\n')) || body.length);
  const ids = [...head.matchAll(/^(?:tree|parent) (.*)$/gm)].map((match) => match[1]!);
  if (!/^tree /.test(head) || !ids.every(isOid)) throw badPack(`the commit ${oid} is not one`);
  const { tree, parents } = decodeCommit(oid, body);
  return [{ oid: tree, as: 'tree' }, ...parents.map((parent) => ({ oid: parent, as: 'parent' as const }))];
}
