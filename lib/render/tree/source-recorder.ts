/** Remembers where in the program charts and API objects are made. A stack is captured when a construct is put
 * into the tree, and read only if somebody asks for its place. */
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IConstruct, Node } from 'constructs';
import type { SourceLocation } from '../../objects/index.ts';
import { isGenerated, isPlaced } from './marks.ts';

export type SourceOf = (construct: IConstruct) => SourceLocation | undefined;

/** Deep enough to get out of a library of constructs into the program that uses it. */
const FRAMES = 40;

/** Our own lib/ and synth/, or those of the build, in which this is part of a larger file. */
const HOME = import.meta.url.replace(/(?:lib\/render(?:\/tree)?|synth\/program)\/[^/]*$/, '');
const OWN = ['lib/', 'synth/'].map((path) => fileURLToPath(new URL(path, HOME)));

export interface RecorderOptions {
  /** Root of the repository: places are relative to it, and files outside it are nobody's program. */
  readonly root: string;
  /** Lines are asked of whoever writes stacks out in this process, who may know the sources that its code was made of
   * (a test runner compiles what it loads). Slower. Default: of the code itself. */
  readonly mapped?: boolean;
}

/** Begins to record on the `constructs` library whose `Node` is given.
 * @returns finds the place of a construct made since */
export function recordSources(nodeClass: { readonly prototype: Node }, options: RecorderOptions): SourceOf {
  const stacks = new WeakMap<IConstruct, { readonly stack?: unknown }>();
  // `addChild` is private to the library's types, and the one method that every construct passes once.
  const prototype = nodeClass.prototype as unknown as { addChild(child: IConstruct, id: string): void };
  const original = prototype.addChild;
  prototype.addChild = function addChild(this: Node, child: IConstruct, id: string): void {
    if (hasPlace(child, this)) {
      const limit = Error.stackTraceLimit;
      Error.stackTraceLimit = FRAMES;
      const holder = {};
      Error.captureStackTrace(holder, prototype.addChild);
      Error.stackTraceLimit = limit;
      stacks.set(child, holder);
    }
    original.call(this, child, id);
  };
  const files = new Map<string | null, string | undefined>();
  const fileOf = (name: string | null): string | undefined => {
    if (!files.has(name)) files.set(name, programFile(name, options.root));
    return files.get(name);
  };
  return (construct) => {
    const holder = stacks.get(construct);
    if (!holder) return undefined;
    const frames = options.mapped ? writtenFrames(holder) : callFrames(holder);
    return firstOwn(isGenerated(construct) ? outside(construct, [...frames]) : frames, fileOf);
  };
}

/** Charts and API objects (both have `toJson`), what stands right below the app, such as environments, and what says so. */
function hasPlace(child: IConstruct, parent: Node): boolean {
  return 'toJson' in child || parent.scope === undefined || isPlaced(child);
}

function callSites(holder: { readonly stack?: unknown }): readonly NodeJS.CallSite[] {
  const prepare = Error.prepareStackTrace;
  Error.prepareStackTrace = (_error, sites) => sites;
  try {
    const sites = holder.stack;
    return Array.isArray(sites) ? sites : [];
  } finally {
    Error.prepareStackTrace = prepare;
  }
}

interface Frame {
  readonly name: string | null;
  readonly line: number | null;
  readonly column: number | null;
  /** The class of which an instance is made in the frame. */
  readonly makes: string | null;
}

function* callFrames(holder: { readonly stack?: unknown }): Generator<Frame> {
  for (const site of callSites(holder)) {
    const makes = site.isConstructor() ? site.getFunctionName() : null;
    yield { name: site.getFileName(), line: site.getLineNumber(), column: site.getColumnNumber(), makes };
  }
}

function* writtenFrames(holder: { readonly stack?: unknown }): Generator<Frame> {
  for (const [, makes = null, name = '', line, column] of String(holder.stack).matchAll(FRAME)) {
    yield { name, line: Number(line), column: Number(column), makes };
  }
}

const FRAME = /^ +at (?:(?:new (\S+)|.*?) \()?((?:file:\/\/|\/|[A-Za-z]:\\).*?):(\d+):(\d+)\)?$/gm;

/** The frames above those of the file in which the construct's class is. */
function outside(construct: IConstruct, frames: readonly Frame[]): readonly Frame[] {
  const made = frames.findIndex(({ makes }) => makes === construct.constructor.name);
  const file = frames[made]?.name;
  const asked = frames.findIndex(({ name }, index) => index > made && name !== file);
  return made < 0 || asked < 0 ? frames : frames.slice(asked);
}

function firstOwn(
  frames: Iterable<Frame>,
  fileOf: (name: string | null) => string | undefined,
): SourceLocation | undefined {
  for (const { name, line, column } of frames) {
    const file = fileOf(name);
    if (file === undefined || line === null) continue;
    return { file, line, ...(column !== null && { column }) };
  }
  return undefined;
}

/** The file relative to the root, when it belongs to the program: not Node's, not in node_modules, not ours.
 * @param name path or file URL, as stack frames have it */
export function programFile(name: string | null | undefined, root: string): string | undefined {
  if (!name || name.startsWith('node:')) return undefined;
  // The path of a URL, without what tells copies of a module apart.
  const path = name.startsWith('file:') ? fileURLToPath(name) : name;
  if (OWN.some((own) => path.startsWith(own))) return undefined;
  const file = relative(root, path).replaceAll(sep, '/');
  // The checkout itself may lie below such a folder.
  if (`/${file}`.includes('/node_modules/')) return undefined;
  return file.startsWith('../') || file === '' || /^(?:[A-Za-z]:|\/)/.test(file) ? undefined : file;
}
