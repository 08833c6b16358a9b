/** Where the values of a YAML text stand, so that one can be written in the place of another, and all else stays as it is. */
import { EVENT_ID, parseEvents, SCALAR_STYLE } from 'js-yaml';

export interface ScalarPlace {
  /** Of the first character, quotes and the sign of a block included. */
  readonly start: number;
  readonly end: number;
  /** Whether its end is that of a line. */
  readonly isBlock: boolean;
}

/** The values of a text that `readYaml` reads, in the order of `leavesOf`; keys are none. */
export function yamlScalars(text: string): readonly ScalarPlace[] {
  const places: ScalarPlace[] = [];
  const above: { readonly isMap: boolean; isKey: boolean }[] = [];
  for (const event of parseEvents(text, {})) {
    if (event.type === EVENT_ID.POP) {
      above.pop();
      continue;
    }
    const map = above.at(-1)?.isMap ? above.at(-1) : undefined;
    if (event.type === EVENT_ID.SCALAR && !map?.isKey) places.push(placeOf(text, event));
    if (map) map.isKey = !map.isKey;
    if (event.type !== EVENT_ID.SCALAR) above.push({ isMap: event.type === EVENT_ID.MAPPING, isKey: true });
  }
  return places;
}

function placeOf(
  text: string,
  {
    valueStart,
    valueEnd,
    style,
  }: { readonly valueStart: number; readonly valueEnd: number; readonly style: number },
): ScalarPlace {
  const isQuoted = style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED;
  if (isQuoted) return { start: valueStart - 1, end: valueEnd + 1, isBlock: false };
  if (style === SCALAR_STYLE.PLAIN) return { start: valueStart, end: valueEnd, isBlock: false };
  // Its header, `|-`, ends the line above; a comment behind it goes with it.
  const header = /[|>][-+0-9]*[ \t]*(?:#[^\n]*)?\r?\n?$/.exec(text.slice(0, valueStart));
  return { start: header?.index ?? valueStart, end: valueEnd, isBlock: true };
}
