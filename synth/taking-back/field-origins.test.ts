import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { objectHistory } from '../../lib/branch/index.ts';
import type { NewFile, Oid, Repository } from '../../lib/git/index.ts';
import {
  canonicalJson,
  emitYaml,
  type JsonObject,
  type JsonValue,
  type ObjectKey,
  objectPath,
} from '../../lib/objects/index.ts';
import { type FieldAddress, fieldAddresses, formatAddress } from '../../lib/plan/index.ts';
import { ANN, bare, git, opened } from '../../test/git/scratch.ts';
import { type FieldOrigin, fieldOrigins, objectStates } from './field-origins.ts';

const KEY: ObjectKey = { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' };

interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
}

/** The object in one commit, and the application that has it then. */
interface State {
  readonly application: string;
  readonly replicas?: number;
  readonly containers: readonly Container[];
}

function objectOf({ replicas, containers }: State): JsonObject {
  const spec = { ...(replicas !== undefined && { replicas }), template: { spec: { containers } } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec,
  } as unknown as JsonObject;
}

/** Commits one after the other, oldest first; undefined where the object is not there. Other objects change all the time. */
async function commitAll(
  repository: Repository,
  states: readonly (State | undefined)[],
): Promise<readonly Oid[]> {
  const commits: Oid[] = [];
  for (const [index, state] of states.entries()) {
    const files = new Map<string, NewFile>([['truekeel.json', Buffer.from(`${index}`)]]);
    for (const application of ['a', 'b', 'c'])
      files.set(objectPath(application, { ...KEY, name: 'other' }), Buffer.from(`${index % 3}`));
    if (state) files.set(objectPath(state.application, KEY), Buffer.from(emitYaml(objectOf(state))));
    const written = await repository.writeCommit({
      files,
      parents: commits.slice(-1),
      author: ANN,
      committer: ANN,
      message: `Commit ${index}\n`,
    });
    commits.push(written.commit);
  }
  return commits;
}

async function originsOf(
  repository: Repository,
  tip: Oid,
  addresses: readonly FieldAddress[],
): Promise<readonly FieldOrigin[]> {
  return fieldOrigins(objectStates(repository, objectHistory(repository, tip, KEY)), addresses);
}

/** What the fields of a state are, told without addresses. */
function fieldsOf(state: State | undefined): ReadonlyMap<string, JsonValue> {
  const fields = new Map<string, JsonValue>();
  if (!state) return fields;
  if (state.replicas !== undefined) fields.set('spec.replicas', state.replicas);
  for (const { name, image, args } of state.containers) {
    const path = `spec.template.spec.containers[name=${name}]`;
    fields.set(`${path}.image`, image);
    if (args) fields.set(`${path}.args`, args);
  }
  return fields;
}

/** Looks at every commit, one by one. */
function oracle(states: readonly (State | undefined)[], path: string): number {
  const text = (state: State | undefined) => canonicalJson(fieldsOf(state).get(path) ?? null);
  const newest = text(states.at(-1));
  let since = states.length - 1;
  while (since > 0 && text(states[since - 1]) === newest) since -= 1;
  return since;
}

const container = fc.record(
  {
    name: fc.constantFrom('web', 'proxy', 'log'),
    image: fc.constantFrom('one', 'two'),
    args: fc.array(fc.constantFrom('-v', '-q'), { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: ['name', 'image'] },
);
const state: fc.Arbitrary<State> = fc.record(
  {
    application: fc.constantFrom('a', 'b', 'c'),
    replicas: fc.integer({ min: 1, max: 2 }),
    containers: fc.uniqueArray(container, { selector: ({ name }) => name, minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ['application', 'containers'] },
);

describe('the commit that gave a field its value', () => {
  it('is the one that a look at every commit finds, in any history of edits, moves, deletes and comebacks', async () => {
    const repository = await opened(bare());
    // Most commits leave the object as it was.
    const history = fc.array(
      fc.oneof({ weight: 3, arbitrary: fc.constant('same' as const) }, fc.option(state, { nil: undefined })),
      {
        minLength: 1,
        maxLength: 45,
      },
    );
    await fc.assert(
      fc.asyncProperty(history, state, async (edits, last) => {
        const states: (State | undefined)[] = [];
        for (const edit of edits) states.push(edit === 'same' ? states.at(-1) : edit);
        states.push(last);
        const commits = await commitAll(repository, states);
        const addresses = fieldAddresses(objectOf(last)).filter((address) =>
          fieldsOf(last).has(formatAddress(address)),
        );
        const origins = await originsOf(repository, commits.at(-1)!, addresses);
        for (const { address, since, before, value, previous, mayBeOlder } of origins) {
          const path = formatAddress(address);
          const expected = oracle(states, path);
          expect(since.commit.oid, path).toBe(commits[expected]);
          expect(value).toEqual(fieldsOf(last).get(path));
          expect(before).toEqual(fieldsOf(states[expected - 1]).get(path));
          expect(previous?.commit.oid).toBe(commits[expected - 1]);
          expect(mayBeOlder).toBe(false);
        }
        // Lists of scalars are told as one, everything else field by field.
        expect(origins.map(({ address }) => formatAddress(address)).sort()).toEqual(
          [...fieldsOf(last).keys()].sort(),
        );
      }),
      { numRuns: 40 },
    );
  });

  const web = (image: string): State => ({ application: 'a', containers: [{ name: 'web', image }] });
  const image = fieldAddresses(objectOf(web('x'))).find((address) =>
    formatAddress(address).endsWith('.image'),
  )!;

  it('is that which took it away, where it is there no more', async () => {
    const repository = await opened(bare());
    const commits = await commitAll(repository, [web('one'), web('two'), undefined, undefined]);
    const [origin] = await originsOf(repository, commits[3]!, [image]);
    expect(origin).toMatchObject({ since: { commit: { oid: commits[2] } }, before: 'two' });
    expect(origin).not.toHaveProperty('value');
    expect(origin!.since.file).toBeUndefined();
    expect(origin!.previous!.file?.path).toBe(objectPath('a', KEY));
  });

  it('is none where it never was', async () => {
    const repository = await opened(bare());
    const commits = await commitAll(repository, [undefined, undefined]);
    expect(await originsOf(repository, commits[1]!, [image])).toEqual([]);
  });

  // Commits are read 32 at first.
  it.each([1, 2, 32, 33])('may be older where a shallow clone of %i commits ends', async (depth) => {
    const directory = bare();
    const repository = await opened(directory);
    const commits = await commitAll(repository, Array<State>(35).fill(web('one')));
    git(directory, 'update-ref', 'refs/heads/main', commits[34]!);
    const shallow = bare('shallow.git');
    git(shallow, 'fetch', '--quiet', `--depth=${depth}`, `file://${directory}`, 'main:main');
    const [origin] = await originsOf(await opened(shallow), commits[34]!, [image]);
    expect(origin).toMatchObject({ since: { commit: { oid: commits[35 - depth] } }, mayBeOlder: true });
  });

  it('is found past files that hold something else', async () => {
    const repository = await opened(bare());
    const [first] = await commitAll(repository, [web('one')]);
    const files = new Map([[objectPath('a', KEY), Buffer.from('{ not: [yaml')]]);
    const author = { author: ANN, committer: ANN };
    const broken = await repository.writeCommit({
      files,
      parents: [first!],
      ...author,
      message: 'By hand\n',
    });
    const mended = new Map([[objectPath('a', KEY), Buffer.from(emitYaml(objectOf(web('one'))))]]);
    const tip = await repository.writeCommit({
      files: mended,
      parents: [broken.commit],
      ...author,
      message: 'Mended\n',
    });
    const [origin] = await originsOf(repository, tip.commit, [image]);
    expect(origin?.since.commit.oid).toBe(tip.commit);
  });
});
