/** A release with one application as an older release has it, and everything else as it is. */
import type { Commit, Repository, TreeFile } from '../git/index.ts';
import { compareText, formatKey, TruekeelError } from '../objects/index.ts';
import type { RenderedContent } from './content.ts';
import { type EnvironmentManifest, environmentDigest } from './manifest.ts';

/** A rendered commit, and its manifests. */
interface Read {
  readonly commit: Commit;
  readonly content: RenderedContent;
}

type Entry = EnvironmentManifest['applications'][number];

/** @returns the files, with the `truekeel.json` of `tip` still among them, and the manifest to take its place
 * @throws TruekeelError `NOT_A_RELEASE` when the older one does not have it, or has nothing else of it; `DUPLICATE_KEY` when
 * other applications of `tip` have some of its objects now */
export async function withApplicationOf(
  repository: Repository,
  tip: Read,
  older: Read,
  name: string,
): Promise<{ readonly files: ReadonlyMap<string, TreeFile>; readonly manifest: EnvironmentManifest }> {
  const entry = entryOf(tip, older, name);
  const before = tip.content.manifest.applications.find((one) => one.name === name);
  if (entry.digest === before?.digest)
    throw notARelease(older, `has nothing else of application ${name} than there is now`);
  checkKeys(tip, older, name);
  const applications = [...tip.content.manifest.applications.filter((one) => one !== before), entry];
  const { source } = tip.content.manifest;
  const dirty = source.dirty ?? older.content.manifest.source.dirty;
  const manifest: EnvironmentManifest = {
    ...tip.content.manifest,
    source: { ...source, ...(dirty && { dirty }) },
    applications: applications.sort((a, b) => compareText(a.name, b.name)),
  };
  const [now, then] = await Promise.all([tip, older].map(({ commit }) => repository.readTree(commit.oid)));
  const files = [
    ...[...now!].filter(([path]) => !isBelow(path, before)),
    ...[...then!].filter(([path]) => isBelow(path, entry)),
  ];
  return { files: new Map(files), manifest: { ...manifest, digest: environmentDigest(manifest) } };
}

/** It says what it was rendered from where that is not what the others were. */
function entryOf(tip: Read, { commit, content: { manifest } }: Read, name: string): Entry {
  const entry = manifest.applications.find((one) => one.name === name);
  if (!entry) throw notARelease({ commit }, `has no application ${name}`);
  const { source = manifest.source, policies = manifest.policies, ...rest } = entry;
  const others = tip.content.manifest.source;
  if (source.commit === others.commit && source.program === others.program) return rest;
  return {
    ...rest,
    source: { commit: source.commit, program: source.program },
    ...(policies && { policies }),
  };
}

function isBelow(path: string, entry: Entry | undefined): boolean {
  return entry !== undefined && path.startsWith(`${entry.path}/`);
}

/** An object that went from one application to another is in two of them, once one of the two goes back. */
function checkKeys(tip: Read, older: Read, name: string): void {
  const owners = new Map(
    tip.content.applications.flatMap((one) =>
      one.name === name ? [] : one.objects.map(({ key }) => [formatKey(key), one.name] as const),
    ),
  );
  const application = older.content.applications.find((one) => one.name === name);
  for (const { key } of application?.objects ?? []) {
    const owner = owners.get(formatKey(key));
    if (owner === undefined) continue;
    throw new TruekeelError(
      `${formatKey(key)} is in application ${owner} now: it would be in ${name} as well if that alone went back to ${older.commit.oid.slice(0, 12)}`,
      {
        code: 'DUPLICATE_KEY',
        family: 'validation',
        key,
        hint: `Take the whole environment back, or ${owner} first.`,
      },
    );
  }
}

function notARelease({ commit }: Pick<Read, 'commit'>, why: string): TruekeelError {
  return new TruekeelError(`${commit.oid.slice(0, 12)} ${JSON.stringify(commit.subject)} ${why}`, {
    code: 'NOT_A_RELEASE',
    family: 'usage',
    hint: 'Choose another release, or take the whole environment back.',
  });
}
