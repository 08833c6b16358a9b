/** Remembers, from run to run of a program, the applications that have content of their own, with all that they were made
 * of (docs/decisions/0026-kept-applications.md). Only the process that starts programs writes here. What is broken, or of
 * another version, counts as not there. */
import { hash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TruekeelError } from '../../../lib/objects/index.ts';
import {
  type ApplicationContent,
  type ApplicationFacts,
  ContentLostError,
  type KeptApplication,
  type KeptApplications,
} from '../../../lib/render/index.ts';
import { cacheDirectory } from '../../cache-directory.ts';
import type { FileState } from '../code-cache/container.ts';
import { isSameState, stateOf } from '../code-cache/file-state.ts';
import { keepNewest } from '../newest.ts';
import type { ContentSources, KnownContents, MadeOf } from '../protocol.ts';

/** Programs of which something is kept: the last ones that were run. */
const MOST_PROGRAMS = 16;
/** More than this is not kept of one program. */
const MOST_BYTES = 1 << 28;
/** A file that was changed so shortly before a run may have been read before or after. */
const UNSURE_MS = 50;

interface KeptFile extends FileState {
  readonly digest: string;
}

interface Warning {
  readonly message: string;
  readonly details: ConstructorParameters<typeof TruekeelError>[1];
}

interface Entry extends ContentSources, Omit<ApplicationFacts, 'warnings'> {
  readonly warnings: readonly Warning[];
  /** Digest of its content, by which the file with it is called. */
  readonly content: string;
}

interface Index {
  readonly code: Readonly<Record<string, FileState | null>>;
  /** By path below the root. */
  readonly files: Readonly<Record<string, KeptFile>>;
  /** By name, `staging/web`. */
  readonly applications: Readonly<Record<string, Entry>>;
}

const INDEX = 'index.json';
const NOTHING: Index = { code: {}, files: {}, applications: {} };

/** What is kept of one program; for one run of it. */
export class ContentStore {
  readonly #root: string;
  readonly #directory: string;
  readonly #startedMs = Date.now();
  readonly #before: Index;
  /** Those that are as they were. */
  #files: Readonly<Record<string, KeptFile>> = {};
  #isCodeSame = false;
  readonly #made = new Map<
    string,
    { readonly content: ApplicationContent; readonly facts: ApplicationFacts }
  >();

  /** @param identity of the run, beside the files: versions, limits, the path of the program
   * @param root of the repository */
  constructor(identity: readonly unknown[], root: string, env: NodeJS.ProcessEnv = process.env) {
    this.#root = root;
    const name = hash('sha256', JSON.stringify(['applications 1', root, identity])).slice(0, 32);
    this.#directory = join(cacheDirectory(env), 'applications', name);
    this.#before = readIndex(join(this.#directory, INDEX));
  }

  /** Applications of which not one file has changed. */
  known(): KnownContents {
    const { code, files, applications } = this.#before;
    this.#isCodeSame = Object.entries(code).every(([path, state]) => isSameState(state, stateOf(path)));
    if (!this.#isCodeSame) return {};
    const now: Record<string, KeptFile> = {};
    for (const [path, kept] of Object.entries(files)) {
      const found = this.#now(path, kept);
      if (found?.digest === kept.digest) now[path] = found;
    }
    this.#files = now;
    return Object.fromEntries(
      Object.entries(applications)
        .filter(([, entry]) => entry.files.every((path) => path in now))
        .map(([name, { inputs }]) => [name, inputs]),
    );
  }

  /** For assembling what the program has made. */
  applications(): KeptApplications {
    return {
      of: (environment) => {
        const prefix = `${environment}/`;
        const kept = Object.entries(this.#before.applications).filter(([name]) => name.startsWith(prefix));
        return new Map(kept.map(([name, entry]) => [name.slice(prefix.length), this.#kept(name, entry)]));
      },
      assembled: (environment, application, content, facts) =>
        this.#made.set(`${environment}/${application}`, { content, facts }),
    };
  }

  /** Keeps what the program has made, and what it has not made again. A store that cannot be written is none.
   * @param unchanged names of what was neither made nor looked at */
  save({ code, applications }: MadeOf, unchanged: readonly string[]): void {
    try {
      const files: Record<string, KeptFile> = {};
      const entries: Record<string, Entry> = {};
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
      let bytes = 0;
      const isKnown = (path: string): boolean => {
        const found = files[path] ?? this.#files[path] ?? this.#settled(path);
        if (found) files[path] = found;
        return found !== undefined;
      };
      for (const name of unchanged) {
        const entry = this.#before.applications[name];
        if (entry?.files.every(isKnown)) entries[name] = entry;
      }
      for (const [name, { content, facts }] of this.#made) {
        // It was made in this run, or only looked at again.
        const sources = applications[name] ?? this.#before.applications[name];
        if (!sources?.files.every(isKnown)) continue;
        const text = JSON.stringify(content);
        bytes += text.length;
        if (bytes > MOST_BYTES) return;
        const digest = hash('sha256', text);
        this.#writeOnce(digest, text);
        const { inputs, files: of } = sources;
        const warnings = facts.warnings.map(asWarning);
        entries[name] = { ...facts, inputs, files: of, warnings, content: digest };
      }
      const known = this.#isCodeSame ? Object.keys(this.#before.code) : [];
      const states = [...new Set([...known, ...code])].map((path) => [path, stateOf(path) ?? null] as const);
      if (!states.every(([, state]) => state === null || this.#isSettled(state))) return;
      const index: Index = { code: Object.fromEntries(states), files, applications: entries };
      const text = JSON.stringify(index);
      this.#write(INDEX, `${hash('sha256', text)}\n${text}`);
      this.#clearOut(new Set(Object.values(entries).map(({ content }) => content)));
    } catch {
      // See above.
    }
  }

  #kept(name: string, entry: Entry): KeptApplication {
    return {
      ...entry,
      warnings: entry.warnings.map(({ message, details }) => new TruekeelError(message, details)),
      load: () => {
        try {
          const text = readFileSync(join(this.#directory, entry.content), 'utf8');
          // Written by `save`, and not changed since.
          if (hash('sha256', text) === entry.content) return JSON.parse(text) as ApplicationContent;
        } catch {
          // As if it had been changed.
        }
        // The next run is to begin anew.
        rmSync(join(this.#directory, INDEX), { force: true });
        throw new ContentLostError(name);
      },
    };
  }

  /** A file as it is now; its content is read only if it was touched. */
  #now(path: string, before?: KeptFile): KeptFile | undefined {
    // The path is in order already, and there may be very many.
    const file = `${this.#root}/${path}`;
    const state = stateOf(file);
    if (!state) return undefined;
    if (before && isSameState(before, state)) return before;
    try {
      return { ...state, digest: hash('sha256', readFileSync(file)) };
    } catch {
      return undefined;
    }
  }

  /** A file that was not changed while the program ran. */
  #settled(path: string): KeptFile | undefined {
    const found = this.#now(path);
    return found && this.#isSettled(found) ? found : undefined;
  }

  #isSettled({ changedMs }: FileState): boolean {
    return changedMs < this.#startedMs - UNSURE_MS;
  }

  #writeOnce(name: string, text: string): void {
    if (statSync(join(this.#directory, name), { throwIfNoEntry: false })) return;
    this.#write(name, text);
  }

  #write(name: string, text: string): void {
    const file = join(this.#directory, name);
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, file);
  }

  /** Removes content that nothing refers to, and what was kept of programs that nobody has run for long. */
  #clearOut(contents: ReadonlySet<string>): void {
    const names = readdirSync(this.#directory);
    // A few are left for a run that goes on at the same time, and for a change that is taken back.
    if (names.length > 2 * contents.size + 16) {
      for (const name of names) {
        if (name !== INDEX && !contents.has(name)) rmSync(join(this.#directory, name), { force: true });
      }
    }
    if (this.#before !== NOTHING) return;
    keepNewest(join(this.#directory, '..'), MOST_PROGRAMS);
  }
}

function readIndex(file: string): Index {
  try {
    const [digest, text = ''] = readFileSync(file, 'utf8').split('\n');
    // Written by `save`, and not changed since.
    return hash('sha256', text) === digest ? (JSON.parse(text) as Index) : NOTHING;
  } catch {
    return NOTHING;
  }
}

function asWarning(warning: TruekeelError): Warning {
  const { message, code, family, key, field, constructPath, source, hint } = warning;
  return {
    message,
    details: {
      code,
      family,
      ...(key && { key }),
      ...(field !== undefined && { field }),
      ...(constructPath !== undefined && { constructPath }),
      ...(source && { source }),
      ...(hint !== undefined && { hint }),
    },
  };
}
