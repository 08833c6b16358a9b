import { type Event, parseEvents, YAMLException } from 'js-yaml';

/** Deeper nesting than any API object has; stops a file made to exhaust the stack. */
const MAX_DEPTH = 200;

/** What begins too far left is moved to the right by that much, which is more than files are indented. */
const SHIFT = ' '.repeat(100);

/** Each such line makes the text be read once more. */
const MAX_LINES = 500;

export interface YamlEvents {
  /** The text that the positions of the events are of: it has the lines of what was given. */
  readonly text: string;
  readonly events: Event[];
}

/** Thrown for what is no YAML. */
export class UnreadableYaml extends Error {
  readonly reason: string;
  /** Of it the position is; it has the lines of what was given. */
  readonly text: string;
  readonly position: number;

  constructor(error: YAMLException, text: string) {
    super(error.reason, { cause: error });
    this.reason = error.reason;
    this.text = text;
    this.position = error.mark?.position ?? 0;
  }
}

/** The events of a text. In quoted scalars and in flow collections, lines may begin further left than YAML 1.2 has them
 * (sections 7.3 and 7.4), where white space means nothing: libyaml, and so kubectl, takes them, and some generators of
 * definitions write them.
 * @throws UnreadableYaml */
export function yamlEvents(given: string): YamlEvents {
  let text = given;
  for (let moved = 0; ; moved += 1) {
    try {
      return { text, events: parseEvents(text, { maxDepth: MAX_DEPTH }) };
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error;
      const unreadable = new UnreadableYaml(error, text);
      const { reason, position } = unreadable;
      if (reason !== 'deficient indentation' || position >= text.length || moved === MAX_LINES) {
        throw unreadable;
      }
      const start = text.lastIndexOf('\n', position - 1) + 1;
      text = text.slice(0, start) + SHIFT + text.slice(start);
    }
  }
}
