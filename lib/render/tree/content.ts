/** Applications whose content stands in a tree of its own: nothing in it can depend on the rest of the program, so who
 * runs the program may know it already, and need not have it made. */
import type { IConstruct } from 'constructs';

/** What decides the content of such an application, beside the files that it loads. */
export interface ContentRequest {
  readonly environment: string;
  readonly application: string;
  /** Everything that its content is made with, as JSON. */
  readonly inputs: string;
  /** Something goes in that JSON does not show: it has to be made each time. */
  readonly isOpen: boolean;
}

/** @param make runs the code of the application
 * @returns its content, or undefined when that is known */
export type ContentKeeper = (request: ContentRequest, make: () => IConstruct) => IConstruct | undefined;

export interface Content {
  /** Absent: whoever runs the program knows it. */
  readonly root?: IConstruct;
}

const KEEPER = Symbol.for('truekeel.dev/content-keeper');
const CONTENT = Symbol.for('truekeel.dev/Content');

/** Has a function asked for the content of all such applications of this process. */
export function keepContent(keeper: ContentKeeper): void {
  Object.defineProperty(globalThis, KEEPER, { value: keeper, configurable: true });
}

/** Gives an application its content. */
export function fillContent(application: IConstruct, request: ContentRequest, make: () => IConstruct): void {
  const keeper = (globalThis as { [KEEPER]?: ContentKeeper })[KEEPER];
  const root = keeper ? keeper(request, make) : make();
  const content: Content = root ? { root } : {};
  Object.defineProperty(application, CONTENT, { value: content });
}

export function contentOf(construct: IConstruct): Content | undefined {
  return (construct as { [CONTENT]?: Content })[CONTENT];
}

/** What tells copies of modules apart, in a query or a name. */
export const COPY_TAG = 'truekeel-application';

/** Whether a file is none, but stands for a copy of a module. */
export function isCopy(path: string): boolean {
  return new RegExp(`${COPY_TAG}-\\d+\\.mjs$`).test(path);
}
