/** One file with the text of many modules and what V8 made of it:
 *
 *     length of the header (4 bytes, big end first) | header (JSON) | text and code of each module in turn */

/** What identifies the state of a file without reading it: a change of the content changes the time of the last change
 * of the inode, which nobody can set back. */
export interface FileState {
  readonly inode: number;
  readonly size: number;
  readonly changedMs: number;
}

export interface KeptModule extends FileState {
  readonly path: string;
  /** Bytes of its text, and whether each of them is a character. */
  readonly text: number;
  readonly isAscii: boolean;
  /** Bytes of its code. */
  readonly code: number;
  readonly neighbours: Neighbours;
  readonly lazy: Lazy;
}

/** Where relative paths that a module requires lead, as far as that is kept as well. It changes with the package only, as
 * other packages are not looked for. */
type Neighbours = Readonly<Record<string, string>>;

/** Names of packages that a module requires, and asks for members of only: they can be loaded when it does. */
type Lazy = readonly string[];

export interface Container {
  /** Names of the packages that were asked for. */
  readonly packages: readonly string[];
  readonly modules: readonly KeptModule[];
  /** Bytes before the text of the first module. */
  readonly start: number;
}

export interface CompiledModule {
  readonly path: string;
  readonly state: FileState;
  readonly text: Buffer;
  readonly isAscii: boolean;
  readonly code: Buffer;
  readonly neighbours: Neighbours;
  readonly lazy: Lazy;
}

/** What Node wraps around the text of a CommonJS module. */
export const MODULE_PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname'];

const LENGTH_BYTES = 4;

export function encodeContainer(packages: readonly string[], modules: readonly CompiledModule[]): Buffer {
  const header: Omit<Container, 'start'> = {
    packages,
    modules: modules.map(({ path, state, text, isAscii, code, neighbours, lazy }) => ({
      path,
      ...state,
      text: text.length,
      isAscii,
      code: code.length,
      neighbours,
      lazy,
    })),
  };
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(json.length);
  return Buffer.concat([length, json, ...modules.flatMap(({ text, code }) => [text, code])]);
}

/** @param read gives so many bytes from there, or fewer at the end @throws Error when that is no container */
export function decodeContainer(read: (from: number, length: number) => Buffer): Container {
  const length = read(0, LENGTH_BYTES).readUInt32BE();
  // Written by `encodeContainer`.
  const header = JSON.parse(read(LENGTH_BYTES, length).toString('utf8')) as Omit<Container, 'start'>;
  return { ...header, start: LENGTH_BYTES + length };
}

/** How long it has to be. */
export function lengthOf({ modules, start }: Container): number {
  return modules.reduce((sum, { text, code }) => sum + text + code, start);
}
