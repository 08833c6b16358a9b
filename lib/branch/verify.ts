/** Checks a rendered commit by rendering its source commit again. */
import type { Oid, Repository } from '../git/index.ts';
import type { RenderedEnvironment } from '../objects/index.ts';
import { type ApplicationProvenance, renderedTree } from './files.ts';
import { type ReadOptions, type RenderedRelease, readRendered } from './release.ts';

export interface DifferingPath {
  readonly path: string;
  /** `missing`: rendered again and not in the commit; `extra`: in the commit and not rendered again. */
  readonly difference: 'missing' | 'extra' | 'changed';
}

export interface Verification {
  readonly commit: Oid;
  readonly matches: boolean;
  /** By path. */
  readonly differences: readonly DifferingPath[];
}

export interface VerifyOptions extends ReadOptions {
  /** The versions that rendered again; those that the commit names when absent. */
  readonly versions?: Readonly<Record<string, string>>;
  /** Of applications that were taken back by themselves (`readRendered().applicationSources`): the environment as the source
   * commit of each renders now. */
  readonly applications?: ReadonlyMap<string, RenderedEnvironment>;
}

/** Compares a rendered commit, byte for byte, with the same source commit rendered again.
 * @param rerendered what the commit's source commit (`readRendered().source.commit`) renders to now
 * @throws ForeignCommitError `FOREIGN_COMMIT`
 * @throws TruekeelError `NOT_RENDERED`, `RENDERED_UNREADABLE`, `PATH_COLLISION` */
export async function verifyRendered(
  repository: Repository,
  rerendered: RenderedEnvironment,
  options: VerifyOptions = {},
): Promise<Verification> {
  const release = await readRendered(repository, rerendered, options);
  const expected = new Map(
    renderedTree(
      withApplications(rerendered, options.applications ?? new Map()),
      {
        sourceCommit: release.source.commit,
        program: release.source.program,
        dirty: release.source.dirty,
        versions: options.versions ?? release.versions,
        ...(release.hold && { hold: release.hold }),
        applications: provenanceOf(release, options.applications ?? new Map()),
      },
      repository.objectFormat,
    ).oids,
  );
  const differences: DifferingPath[] = [];
  for (const [path, file] of await repository.readTree(release.commit)) {
    const oid = expected.get(path);
    expected.delete(path);
    if (oid === undefined) differences.push({ path, difference: 'extra' });
    else if (oid !== file.oid || file.mode !== '100644') differences.push({ path, difference: 'changed' });
  }
  for (const path of expected.keys()) differences.push({ path, difference: 'missing' });
  differences.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { commit: release.commit, matches: differences.length === 0, differences };
}

type Environments = ReadonlyMap<string, RenderedEnvironment>;

function withApplications(environment: RenderedEnvironment, others: Environments): RenderedEnvironment {
  const own = environment.applications.filter(({ name }) => !others.has(name));
  const taken = [...others].flatMap(([name, { applications }]) =>
    applications.filter((application) => application.name === name),
  );
  return { ...environment, applications: [...own, ...taken] };
}

function provenanceOf(
  { applicationSources }: RenderedRelease,
  others: Environments,
): ReadonlyMap<string, ApplicationProvenance> {
  return new Map(
    [...applicationSources].map(([name, source]) => {
      const policies = others.get(name)?.policies;
      return [name, { source, ...(policies && { policies }) }];
    }),
  );
}
