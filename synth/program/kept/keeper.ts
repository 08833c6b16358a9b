/** Runs in the process of a program: has the content of applications made only where it is not known, and takes down
 * what goes into it. What cannot be taken down makes it open: it is not kept. */
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { IConstruct } from 'constructs';
import {
  type ContentKeeper,
  type ContentRequest,
  isCopy,
  keepContent,
  programFile,
} from '../../../lib/render/tree/index.ts';
import { withRandom } from '../determinism.ts';
import type { KnownContents, MadeOf } from '../protocol.ts';
import { watchReads } from './watch-reads.ts';

interface Making {
  readonly request: ContentRequest;
  readonly files: Set<string>;
  isOpen: boolean;
}

export class Keeper {
  readonly #root: string;
  readonly #readKnown: () => KnownContents;
  readonly #records = new Map<string, Making>();
  readonly #code = new Set<string>();
  #known: KnownContents | undefined;
  #making: Making | undefined;
  /** Node's own loader reads files, too. */
  #loading = 0;
  #isCollecting = false;
  #surroundings = '';
  #isOpen = false;

  /** Takes effect at once, and before the program is loaded.
   * @param root of the repository
   * @param readKnown asked once, when there is an application to ask for */
  constructor(root: string, readKnown: () => KnownContents) {
    this.#root = root;
    this.#readKnown = readKnown;
    watchReads((name, path) => this.#read(name, path));
    registerHooks({
      resolve: (specifier, context, next) => {
        const resolved = this.#load(() => next(specifier, context));
        this.#loaded(resolved.url, context.conditions?.includes('require') ?? false);
        return resolved;
      },
      load: (url, context, next) => this.#load(() => next(url, context)),
    });
    keepContent((request, make) => this.#content(request, make));
    this.#surroundings = surroundings();
  }

  /** Runs a function that has the program's lazy values made. */
  collecting(run: () => void): void {
    this.#isCollecting = true;
    try {
      run();
    } finally {
      this.#isCollecting = false;
    }
  }

  /** Somebody outside makes something of it, of files that nobody sees here: a Helm chart. */
  askedOutside(): void {
    if (this.#making) this.#making.isOpen = true;
    else this.#isOpen ||= this.#isCollecting;
  }

  /** @param required every file that `require` has loaded
   * @returns undefined where no application has content of its own */
  madeOf(required: readonly string[]): MadeOf | undefined {
    if (this.#known === undefined) return undefined;
    for (const path of required) {
      // Such modules are there once, and whom Node has given one again nobody sees.
      if (this.#fileOf(path) === undefined) this.#code.add(path);
      else if (!path.endsWith('.json') && !isCopy(path)) this.#isOpen = true;
    }
    const kept = [...this.#records].filter(([, { isOpen }]) => !isOpen && !this.#isOpen);
    return {
      code: [...this.#code],
      applications: Object.fromEntries(
        kept.map(([name, { request, files }]) => [name, { inputs: request.inputs, files: [...files] }]),
      ),
    };
  }

  #content(request: ContentRequest, make: () => IConstruct): IConstruct | undefined {
    const name = nameOf(request);
    const isOpen = request.isOpen || this.#making !== undefined || surroundings() !== this.#surroundings;
    this.#known ??= this.#readKnown();
    if (!isOpen && this.#known[name] === request.inputs) return undefined;
    const record: Making = { request, files: new Set(), isOpen };
    // Of two applications of one name nothing is kept; it is an error that is told later.
    if (this.#records.has(name)) record.isOpen = true;
    this.#records.set(name, record);
    const outer = this.#making;
    this.#making = record;
    try {
      return makeAlone(request, make);
    } finally {
      this.#making = outer;
    }
  }

  #load<T>(run: () => T): T {
    this.#loading += 1;
    try {
      return run();
    } finally {
      this.#loading -= 1;
    }
  }

  #loaded(url: string, isRequired: boolean): void {
    if (!url.startsWith('file:')) return;
    const file = this.#fileOf(url);
    if (file === undefined) this.#code.add(fileURLToPath(url));
    else this.#making?.files.add(file);
    // As with modules, see below; what was imported is among what `require` has, too.
    if (isRequired && file?.endsWith('.json')) this.#isOpen = true;
  }

  #read(name: string, path: string | undefined): void {
    if (this.#loading > 0 || (!this.#making && !this.#isCollecting)) return;
    const file = this.#fileOf(path);
    if (path !== undefined && file === undefined) this.#code.add(path);
    else if (!this.#making) this.#isOpen = true;
    else if (name === 'readFileSync' && file !== undefined) this.#making.files.add(file);
    else this.#making.isOpen = true;
  }

  #fileOf(name: string | undefined): string | undefined {
    return programFile(name, this.#root);
  }
}

/** The same whatever was made before it. */
export const makeAlone: ContentKeeper = (request, make) => withRandom(nameOf(request), make);

function nameOf({ environment, application }: ContentRequest): string {
  return `${environment}/${application}`;
}

/** What a program can leave for the code of others to find, as far as one can see it. */
function surroundings(): string {
  return JSON.stringify([Reflect.ownKeys(globalThis).length, process.env]);
}
