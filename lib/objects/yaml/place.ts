import { EVENT_ID, type Event } from 'js-yaml';
import type { SourceLocation } from '../desired.ts';
import { yamlEvents } from './events.ts';
import type { YamlDocument } from './parse.ts';

/** The line on which a part of a document stands: that of its key, or of its item. Where the path leads out of what the
 * text has, the line of the last part that is there; where the document came out of a list, that of the list.
 * @param text that {@link parseYaml} read the document from */
export function placeInYaml(
  text: string,
  { source }: YamlDocument,
  path: readonly (string | number)[],
): SourceLocation {
  const { text: input, events } = yamlEvents(text.startsWith('\ufeff') ? text.slice(1) : text);
  const walk = new Walk(input, events);
  let at = walk.contentAt(source);
  let offset: number | undefined;
  for (const part of path) {
    const found = at === undefined ? undefined : walk.child(at, part);
    if (found === undefined) break;
    offset = found.offset;
    at = found.value;
  }
  return offset === undefined ? source : { file: source.file, ...lineAndColumn(input, offset) };
}

/** Positions of nodes in the flat list of events. */
class Walk {
  readonly #text: string;
  readonly #events: readonly Event[];

  constructor(text: string, events: readonly Event[]) {
    this.#text = text;
    this.#events = events;
  }

  /** The node that begins where a document's content does. */
  contentAt({ line, column }: SourceLocation): number | undefined {
    const found = this.#events.findIndex((event, index) => {
      if (event.type !== EVENT_ID.DOCUMENT || index + 1 === this.#events.length) return false;
      const start = lineAndColumn(this.#text, this.#offset(index + 1));
      return start.line === line && start.column === column;
    });
    return found < 0 ? undefined : found + 1;
  }

  /** The value of a key, and where the key stands; or an item. */
  child(
    node: number,
    part: string | number,
  ): { readonly value: number; readonly offset: number } | undefined {
    const type = this.#events[node]?.type;
    const isMapping = type === EVENT_ID.MAPPING;
    if (!isMapping && type !== EVENT_ID.SEQUENCE) return undefined;
    let index = 0;
    for (let at = node + 1; this.#events[at] && this.#events[at]?.type !== EVENT_ID.POP; index += 1) {
      const value = isMapping ? this.#after(at) : at;
      if (isMapping ? this.#key(at) === part : index === part) return { value, offset: this.#offset(at) };
      at = this.#after(value);
    }
    return undefined;
  }

  #key(node: number): string | undefined {
    const event = this.#events[node];
    return event?.type === EVENT_ID.SCALAR ? this.#text.slice(event.valueStart, event.valueEnd) : undefined;
  }

  /** The node that follows one with all that is in it. */
  #after(node: number): number {
    let open = 0;
    for (let at = node; at < this.#events.length; at += 1) {
      const type = this.#events[at]?.type;
      if (type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE) open += 1;
      else if (type === EVENT_ID.POP) open -= 1;
      if (open <= 0) return at + 1;
    }
    return this.#events.length;
  }

  #offset(node: number): number {
    const event = this.#events[node];
    if (event?.type === EVENT_ID.SCALAR) return Math.max(0, event.valueStart);
    if (event?.type === EVENT_ID.MAPPING || event?.type === EVENT_ID.SEQUENCE) return event.start;
    return 0;
  }
}

function lineAndColumn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}
