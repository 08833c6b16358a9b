/** Which hooks have run, as the inventories of applications record it: one annotation a hook, so that two that end at the
 * same time do not undo each other's record. Pure. */
import { createHash } from 'node:crypto';
import type { Digest, Hook, ObjectKey } from '../objects/index.ts';
import { compareText } from '../objects/index.ts';
import type { OwnedApplication } from './ownership.ts';

const PREFIX = 'hooks.truekeel.dev/';

/** Longest name of an annotation, without its prefix. */
const NAME_LENGTH = 63;

/** Runs that are remembered of one hook: so far back a rollback repeats none. */
const MOST_RUNS = 10;

/** Hooks that are no longer in the program and remembered all the same: it may come back, by a rollback say. */
const MOST_FORMER = 50;

/** By the name of the annotation: runs, the latest last. */
export type HookRuns = Readonly<Record<string, readonly string[]>>;

/** The annotation that records the runs of a hook. A namespace has no dot and no underscore, so no two hooks share one;
 * Jobs do without their kind. */
export function runMark(key: ObjectKey): string {
  const place = `${key.namespace}.${key.name}`;
  const kind = [key.kind, key.group].filter((part) => part !== '').join('.');
  const text = kind === 'Job.batch' ? place : `${kind}_${place}`;
  if (text.length <= NAME_LENGTH) return `${PREFIX}${text}`;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return `${PREFIX}${text.slice(0, NAME_LENGTH - hash.length - 1)}-${hash}`;
}

/** Enough of a digest to tell runs of one hook apart. */
export function shortRun(run: Digest): string {
  return run.slice('sha256:'.length, 'sha256:'.length + 20);
}

export function readRuns(annotations: Readonly<Record<string, string>> = {}): HookRuns {
  return Object.fromEntries(
    Object.entries(annotations).flatMap(([name, value]) =>
      name.startsWith(PREFIX) ? [[name, value.split(' ').filter((run) => run !== '')]] : [],
    ),
  );
}

/** The value of the annotation. */
export function formatRuns(runs: readonly string[]): string {
  return runs.join(' ');
}

/** The runs with one more, which is the latest then. */
export function withRun(runs: readonly string[] = [], run: string): readonly string[] {
  return [...runs.filter((one) => one !== run), run].slice(-MOST_RUNS);
}

/** Whether a hook need not run. One that runs with every release has run when that was the latest thing that it did. */
export function hasRun(runs: readonly string[] = [], { rerun, run }: Hook): boolean {
  const name = shortRun(run);
  return rerun === 'every-release' ? runs.at(-1) === name : runs.includes(name);
}

/** What several inventories record together; of one hook what the later ones say is the later. */
export function uniteRuns(all: readonly HookRuns[]): HookRuns {
  const united: Record<string, readonly string[]> = {};
  for (const runs of all) {
    for (const [name, some] of Object.entries(runs)) united[name] = some.reduce(withRun, united[name] ?? []);
  }
  return united;
}

/** What is known of the hooks of an application: by its own inventories, its present one last, and of a hook that came
 * from another application by the inventory of that.
 * @param everyone what all inventories record together */
export function runsOfApplication(
  { desired, home, inventories }: OwnedApplication,
  everyone: HookRuns,
): HookRuns {
  const isHome = ({ id }: { readonly id: string }) => id === home.id;
  const own = uniteRuns(
    [...inventories.filter((one) => !isHome(one)), ...inventories.filter(isHome)].map(({ runs }) => runs),
  );
  const marks = (desired?.objects ?? []).flatMap(({ hook, key }) => (hook ? [runMark(key)] : []));
  const moved = marks.flatMap((name) =>
    own[name] === undefined && everyone[name] !== undefined ? [[name, everyone[name]] as const] : [],
  );
  return { ...own, ...Object.fromEntries(moved) };
}

/** What all inventories record together. */
export function everyRun(owned: readonly OwnedApplication[]): HookRuns {
  return uniteRuns(owned.flatMap(({ inventories }) => inventories.map(({ runs }) => runs)));
}

/** Records that are no longer worth their place.
 * @param current annotations of hooks that are in the program */
export function forgottenRuns(runs: HookRuns, current: ReadonlySet<string>): readonly string[] {
  const former = Object.keys(runs)
    .filter((name) => !current.has(name))
    .sort(compareText);
  return former.slice(0, Math.max(0, former.length - MOST_FORMER));
}
