/** What each contestant of the Git benchmark is given: the same bytes, made anew from a number. */

/** Files in directories of a hundred, each half a kilobyte of YAML.
 * @param changed how many of them have another content than in the first round */
export function filesOf(count: number, changed = 0): ReadonlyMap<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (let index = 0; index < count; index++) {
    const path = `app/ns-${Math.floor(index / 100)}/ConfigMap/settings-${index}.yaml`;
    files.set(path, content(index, index < changed ? 'second' : 'first'));
  }
  return files;
}

function content(index: number, round: string): Buffer {
  const lines = [
    `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings-${index}\n  namespace: ns-${Math.floor(index / 100)}`,
    `data:\n  round: ${round}`,
  ];
  // A number that the next one does not resemble, so that nothing compresses better than it would in life.
  let seed = index + 1;
  for (let line = 0; line < 9; line++) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    lines.push(`  key-${line}: value-${seed.toString(36)}-${(seed >>> 3).toString(16)}`);
  }
  return Buffer.from(`${lines.join('\n')}\n`);
}

export const BRANCH = 'refs/heads/rendered/bench';

/** One who commits, pushes, fetches and reads. */
export interface Contestant {
  /** Commits these files, and nothing else, on top of a commit or of none. @returns the commit's id */
  commit(files: ReadonlyMap<string, Buffer>, changed: number, parent: string | undefined): Promise<string>;
  push(commit: string, parent: string | undefined): Promise<void>;
  /** Fetches the branch into the other repository. */
  fetch(): Promise<void>;
  /** Reads every blob of a commit. @returns how many bytes they have */
  read(commit: string): Promise<number>;
  close(): void;
}

export interface Places {
  /** A bare repository to commit in. */
  readonly repository: string;
  /** A bare repository to fetch into. */
  readonly clone: string;
  readonly url: string;
}
