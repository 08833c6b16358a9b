/** Reads the YAML and the JSON of SOPS files: JSON is read as the YAML that it is. */
import { EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE, YAMLException } from 'js-yaml';
import { plainLeaf } from './scalar.ts';
import type { Branch, Leaf, Node } from './tree.ts';
import { UnreadableDocument } from './unreadable.ts';

/** Deeper than any Secret. */
const MAX_DEPTH = 50;

/** @returns the only document of the text
 * @throws UnreadableDocument which quotes nothing of the text: who has yet to seal it may have called it by this name */
export function readYaml(text: string): Branch {
  const events = eventsOf(text.startsWith('\ufeff') ? text.slice(1) : text);
  if (events.filter(({ type }) => type === EVENT_ID.DOCUMENT).length !== 1)
    throw new UnreadableDocument('has several documents, or none: a sealed file has one');
  const node = new Reader(text.startsWith('\ufeff') ? text.slice(1) : text, events).node(1).node;
  if ('entries' in node && !Array.isArray(node)) return node as Branch;
  throw new UnreadableDocument('is no map');
}

function eventsOf(text: string): readonly Event[] {
  try {
    return parseEvents(text, { maxDepth: MAX_DEPTH });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = error.mark ? ` (line ${error.mark.line + 1})` : '';
    throw new UnreadableDocument(`is no YAML: ${error.reason}${line}`);
  }
}

class Reader {
  readonly #text: string;
  readonly #events: readonly Event[];

  constructor(text: string, events: readonly Event[]) {
    this.#text = text;
    this.#events = events;
  }

  /** The node that begins at an event, and the index of what follows it. */
  node(at: number): { readonly node: Node; readonly next: number } {
    const event = this.#events[at];
    if (event?.type === EVENT_ID.SCALAR) return { node: this.#leaf(event), next: at + 1 };
    if (event?.type === EVENT_ID.SEQUENCE) return this.#sequence(at);
    if (event?.type === EVENT_ID.MAPPING) return this.#mapping(at);
    throw new UnreadableDocument('has an alias, which a sealed file cannot have');
  }

  #sequence(at: number): { readonly node: Node; readonly next: number } {
    const items: Node[] = [];
    let next = at + 1;
    while (!this.#isEnd(next)) {
      const item = this.node(next);
      items.push(item.node);
      next = item.next;
    }
    return { node: items, next: next + 1 };
  }

  #mapping(at: number): { readonly node: Node; readonly next: number } {
    const entries: [string, Node][] = [];
    const known = new Set<string>();
    let next = at + 1;
    while (!this.#isEnd(next)) {
      const key = this.node(next);
      if (!('text' in key.node) || key.node.type !== 'str')
        throw new UnreadableDocument('has a key that is no text: put it in quotes');
      const name = key.node.text;
      if (known.has(name)) throw new UnreadableDocument(`has ${JSON.stringify(name)} twice in one map`);
      known.add(name);
      const value = this.node(key.next);
      entries.push([name, value.node]);
      next = value.next;
    }
    return { node: { entries }, next: next + 1 };
  }

  #isEnd(at: number): boolean {
    const type = this.#events[at]?.type;
    return type === EVENT_ID.POP || type === undefined;
  }

  #leaf(event: Event & { readonly type: typeof EVENT_ID.SCALAR }): Leaf {
    if (event.tagStart >= 0 && event.tagEnd > event.tagStart)
      throw new UnreadableDocument('has a tag, which a sealed file cannot have');
    const text = getScalarValue(this.#text, event);
    if (event.style !== SCALAR_STYLE.PLAIN) return { type: 'str', text };
    const leaf = plainLeaf(text);
    if (leaf) return leaf;
    throw new UnreadableDocument('has a date, an infinity or too large a number outside of quotes');
  }
}
