/** What the process that runs a program says to the one that started it, as lines of JSON on file descriptor 3:
 * lists of the objects that it collects, while it does, what it asks of charts, each answered on the same
 * descriptor, and {@link ChildOutput} when it ends. A line feed behind that says that all went well and that nothing of the program is left to run, so that nobody has to wait until the
 * process has cleared up. */
import type {
  ChartRequest,
  CollectedApplication,
  CollectedEnvironment,
  CollectedObject,
  Problem,
} from '../../lib/render/tree/index.ts';

export const RESULT_DESCRIPTOR = 3;

export const LINE_FEED = 0x0a;

/** The descriptor of a file with the code of packages (`code-cache/`), where some is kept. */
export const CODE_DESCRIPTOR = 5;

/** The descriptor on which a process that waits gets the sources of its program, and with them the word to run it. */
export const START_DESCRIPTOR = 6;

/** The descriptor with {@link KnownContents}, as JSON. */
export const KNOWN_DESCRIPTOR = 7;

/** Name of the environment variable with {@link ChildInput}; the program does not see it. */
export const INPUT_VARIABLE = 'TRUEKEEL_PROGRAM_INPUT';

export interface ChildInput {
  /** Root of the repository. */
  readonly root: string;
  /** The program's file. */
  readonly program: string;
  /** What `Date.now()` says: milliseconds since 1970. */
  readonly time: number;
  readonly restricted: boolean;
  /** Whether there is something on {@link CODE_DESCRIPTOR}. */
  readonly hasCode: boolean;
  /** Present: the process waits on {@link START_DESCRIPTOR} before it runs the program, and loads these packages
   * meanwhile. */
  readonly loads?: readonly string[];
  /** Whether the content of applications may be known, and is kept. Then there is something on
   * {@link KNOWN_DESCRIPTOR}. */
  readonly keeps: boolean;
}

/** Applications (`staging/web`) whose files are as they were, with what they were made with. */
export type KnownContents = Readonly<Record<string, string>>;

/** What the content of applications was made of. */
export interface MadeOf {
  /** Files that belong to all of them: packages and Truekeel; absolute paths. */
  readonly code: readonly string[];
  /** Those of which all is known, by name (`staging/web`). */
  readonly applications: Readonly<Record<string, ContentSources>>;
}

export interface ContentSources {
  readonly inputs: string;
  /** Modules and other files, relative to the root. */
  readonly files: readonly string[];
}

/** What it asks, while it waits for a line with the answer. */
export interface Asking {
  readonly asks: ChartRequest;
}

/** The application, with places among all objects that were sent before; or with the objects themselves, as programs in
 * other languages hand them over. */
interface SentApplication extends Omit<CollectedApplication, 'objects'> {
  readonly objects: readonly (number | CollectedObject)[];
}

interface SentEnvironment extends Omit<CollectedEnvironment, 'applications'> {
  readonly applications: readonly SentApplication[];
}

export interface ChildOutput {
  /** One for each App whose `synth()` was called. */
  readonly apps: readonly {
    readonly environments: readonly SentEnvironment[];
    readonly problems: readonly Problem[];
  }[];
  readonly failure?: ProgramFailure;
  /** Names of the packages that were loaded and whose code can be kept. */
  readonly packages: readonly string[];
  /** Where applications have content of their own. */
  readonly madeOf?: MadeOf;
}

/** What ended the program early. */
export interface ProgramFailure {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly family?: string;
  readonly hint?: string;
  readonly constructPath?: string;
  /** Top frame in the program. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}
