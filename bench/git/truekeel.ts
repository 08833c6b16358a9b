import { asOid, Repository } from '../../lib/git/index.ts';
import { BRANCH, type Contestant, type Places } from './workload.ts';

const WHO = { name: 'Bench', email: 'bench@example.com', seconds: 1_767_225_600, timezone: '+0000' };

export async function truekeel({ repository: directory, clone, url }: Places): Promise<Contestant> {
  const repository = await Repository.open(directory);
  const other = await Repository.open(clone);
  return {
    async commit(files, _changed, parent) {
      const parents = parent === undefined ? [] : [asOid(parent)];
      const { commit } = await repository.writeCommit({
        files,
        parents,
        author: WHO,
        committer: WHO,
        message: 'Render\n',
      });
      return commit;
    },
    push: (commit, parent) =>
      repository.push(url, {
        ref: BRANCH,
        commit: asOid(commit),
        expected: parent === undefined ? undefined : asOid(parent),
      }),
    fetch: () => other.fetch(url, [`+${BRANCH}:${BRANCH}`]),
    async read(commit) {
      const files = await repository.readTree(asOid(commit));
      const bodies = await repository.readBlobs([...files.values()].map(({ oid }) => oid));
      return bodies.reduce((sum, body) => sum + body.length, 0);
    },
    close() {
      repository.close();
      other.close();
    },
  };
}
