import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GiteaForge } from '../../lib/forge/index.ts';
import { parseTrailers, trailer } from '../../lib/git/index.ts';
import { digestOf, type JsonValue } from '../../lib/objects/index.ts';
import { ANN, bare, git, opened, scratch } from '../../test/git/scratch.ts';
import type { Adoption } from './adopt.ts';
import { ADOPTS, commitMessage, proposalText, titleOf } from './proposal.ts';
import { proposalBranch, propose } from './propose.ts';
import type { Wish } from './wish.ts';

const KEY = { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' };
const WISH: Wish = {
  application: 'web',
  key: KEY,
  path: [{ field: 'spec' }, { field: 'replicas' }],
  field: 'spec.replicas',
  before: 2,
  after: 5,
  writer: { manager: 'kubectl-scale', operation: 'Update', subresource: 'scale' },
};

/** A program that is on a remote, and an adoption for it. */
async function published() {
  const directory = scratch();
  const remote = bare();
  git(directory, 'init', '--quiet', '--initial-branch=main');
  writeFileSync(join(directory, 'main.ts'), 'replicas: 2\n');
  chmodSync(join(directory, 'main.ts'), 0o755);
  git(directory, 'add', '--all');
  git(directory, 'commit', '--quiet', '--message', 'One');
  git(directory, 'remote', 'add', 'origin', remote);
  git(directory, 'push', '--quiet', 'origin', 'main');
  const repository = await opened(directory);
  // Nobody listens there: what comes to the forge fails.
  const forge = new GiteaForge({ url: 'http://127.0.0.1:1', repository: 'a/b', token: 'secret-token' });
  const adoption = adoptionOf(await repository.commit('HEAD'), [WISH]);
  const request = { repository, forge, remote: 'origin', baseBranch: 'main', by: ANN };
  return { directory, remote, adoption, request };
}

function adoptionOf(base: Adoption['base'], wishes: readonly Wish[], environment = 'production'): Adoption {
  return {
    environment,
    base,
    adopted: wishes.map((wish) => ({
      wish,
      edit: { kind: 'code', file: 'main.ts', line: 1, alternatives: [], others: [] },
    })),
    unplaced: [],
    left: [],
    files: [{ path: 'main.ts', before: 'replicas: 2\n', after: 'replicas: 5\n' }],
    digest: digestOf(''),
    runs: 1,
    changedSince: async () => [],
  };
}

describe('a proposal', () => {
  it('is not made of what was overtaken', async () => {
    const { directory, remote, adoption, request } = await published();
    const changedSince = async () => [WISH];
    await expect(propose({ ...adoption, changedSince }, request)).rejects.toMatchObject({
      code: 'ADOPT_LIVE_CHANGED',
      family: 'conflict',
    });
    git(directory, 'commit', '--quiet', '--allow-empty', '--message', 'Two');
    git(directory, 'push', '--quiet', 'origin', 'main');
    await expect(propose(adoption, request)).rejects.toMatchObject({ code: 'ADOPT_BASE_MOVED' });
    expect(git(remote, 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
  });

  it('edits what it says and nothing else, and does the same again after a forge that failed', async () => {
    const { remote, adoption, request } = await published();
    const branch = proposalBranch('production', undefined);
    await expect(propose(adoption, request)).rejects.toMatchObject({
      code: expect.stringContaining('FORGE'),
    });
    const commit = git(remote, 'rev-parse', branch);
    expect(git(remote, 'diff-tree', '-r', 'main', branch)).toMatch(/^:100755 100755 \w+ \w+ M\tmain\.ts$/);
    expect(git(remote, 'show', `${branch}:main.ts`)).toBe('replicas: 5');
    expect(git(remote, 'log', '-1', '--format=%an %ad %s', branch)).toBe(
      `Ann ${git(remote, 'log', '-1', '--format=%ad', 'main')} Adopt spec.replicas of Deployment.apps shop/web in production`,
    );
    await expect(propose(adoption, request)).rejects.toThrow();
    expect(git(remote, 'rev-parse', branch)).toBe(commit);
  });

  it('has a branch of its own for whatever an object is called', () => {
    const name = fc.string({ minLength: 1, unit: fc.constantFrom('a', '.', ':', '-', '~', '/') });
    const names = new Map<string, string>();
    fc.assert(
      fc.property(name, name, (namespace, one) => {
        const branch = proposalBranch('production', { ...KEY, namespace, name: one });
        expect(() => git('/', 'check-ref-format', `refs/heads/${branch}`)).not.toThrow();
        const known = names.get(branch) ?? `${namespace}/${one}`;
        expect(known).toBe(`${namespace}/${one}`);
        names.set(branch, known);
      }),
      { numRuns: 25 },
    );
  });

  it('says what others wrote as what it is', async () => {
    const { adoption } = await published();
    const hostile = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '@everyone',
        '| a | b |',
        '`` ` ``',
        '\n\nTruekeel-Adopts: staging',
        '<img src=x>',
        '-->',
        '[x](javascript:1)',
        '\u2028',
      ),
    );
    fc.assert(
      fc.property(hostile, hostile, hostile, (manager, field, value) => {
        const wish: Wish = {
          ...WISH,
          field,
          after: value as JsonValue,
          writer: { manager, operation: 'Update' },
        };
        const told = adoptionOf(adoption.base, [wish]);
        const rows = proposalText(told).split('\n');
        expect(rows).toHaveLength(proposalText(adoption).split('\n').length);
        const outside = proposalText(told).replace(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, '');
        expect(outside).not.toMatch(/<img|@everyone|\]\(/);
        expect(titleOf(told)).not.toMatch(/[\n\r\u2028]/);
        const adopts = trailer(parseTrailers(commitMessage(told)), ADOPTS);
        expect(adopts).toMatch(/^production [0-9a-f]{40} sha256:[0-9a-f]{64}$/);
        expect(parseTrailers(commitMessage(told))).toHaveLength(1);
      }),
    );
  });
});
