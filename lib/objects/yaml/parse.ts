import { constructFromEvents, EVENT_ID, type Event, YAMLException } from 'js-yaml';
import type { SourceLocation } from '../desired.ts';
import { TruekeelError } from '../errors.ts';
import type { JsonValue } from '../object.ts';
import { expandedSize } from './aliases.ts';
import { UnreadableYaml, yamlEvents } from './events.ts';
import { KUBERNETES_SCHEMA, RefusedScalar } from './schema.ts';

export interface YamlDocument {
  readonly value: JsonValue;
  /** Where its content begins. */
  readonly source: SourceLocation;
}

/** More than any set of API objects has once its aliases are written out; stops "billion laughs". */
const MAX_NODES = 5_000_000;

/** Reads YAML or JSON as kubectl does: see schema.ts for what plain scalars mean. Empty documents are left out;
 * a key that stands twice in one mapping is an error.
 *
 * @param file named in errors and in each document's `source`
 * @param lastKeyWins of a key that stands twice the last value is taken, as the API server does
 * @throws TruekeelError `INVALID_YAML` with file, line and column. Its message quotes nothing of the text but
 * single plain scalars, since the file may hold Secrets */
export function parseYaml(
  text: string,
  options: { readonly file: string; readonly lastKeyWins?: boolean },
): readonly YamlDocument[] {
  const given = text.startsWith('\ufeff') ? text.slice(1) : text;
  const { text: input, events } = read(given, options.file, () => yamlEvents(given));
  const values = read(
    input,
    options.file,
    () =>
      constructFromEvents(events, {
        source: input,
        schema: KUBERNETES_SCHEMA,
        json: options.lastKeyWins ?? false,
      }),
    events,
  );
  const alias = events.find((event) => event.type === EVENT_ID.ALIAS);
  // The schema makes nothing but JSON values.
  if (alias && values.some((value) => expandedSize(value as JsonValue) > MAX_NODES)) {
    throw invalid(
      'aliases that hold themselves, or stand for too much',
      options.file,
      input,
      alias.anchorStart,
    );
  }
  const starts = contentStarts(events);
  const lines = lineCounter(input);
  return values.flatMap((value, index) =>
    value === null || value === undefined
      ? []
      : [{ value: value as JsonValue, source: { file: options.file, ...lines(starts[index] ?? 0) } }],
  );
}

function read<T>(input: string, file: string, parse: () => T, events: readonly Event[] = []): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof UnreadableYaml) throw invalid(error.reason, file, error.text, error.position);
    if (error instanceof YAMLException) throw invalid(error.reason, file, input, error.mark?.position ?? 0);
    if (error instanceof RefusedScalar) {
      throw invalid(`${error.text}: ${error.message}`, file, input, positionOf(error.text, input, events));
    }
    throw error;
  }
}

function invalid(reason: string, file: string, input: string, position: number): TruekeelError {
  const place = lineCounter(input)(Math.min(position, input.length));
  return new TruekeelError(`${file}:${place.line}:${place.column}: ${reason}`, {
    code: 'INVALID_YAML',
    family: 'validation',
    source: { file, ...place },
    hint: 'Mend the file; what stands in it is read as kubectl reads it, but a key that stands twice is refused.',
  });
}

/** The offset at which each document's content begins, in the order of documents. */
function contentStarts(events: readonly Event[]): readonly number[] {
  const starts: number[] = [];
  for (const [index, event] of events.entries()) {
    if (event.type !== EVENT_ID.DOCUMENT) continue;
    const content = events[index + 1];
    if (content?.type === EVENT_ID.SCALAR) starts.push(Math.max(0, content.valueStart));
    else if (content?.type === EVENT_ID.MAPPING || content?.type === EVENT_ID.SEQUENCE)
      starts.push(content.start);
    else starts.push(0);
  }
  return starts;
}

function positionOf(text: string, input: string, events: readonly Event[]): number {
  const scalar = events.find(
    (event) => event.type === EVENT_ID.SCALAR && input.slice(event.valueStart, event.valueEnd) === text,
  );
  return scalar?.type === EVENT_ID.SCALAR ? scalar.valueStart : 0;
}

/** Line and column of offsets, which have to be asked for in rising order to be found in one pass. */
function lineCounter(input: string): (offset: number) => { readonly line: number; readonly column: number } {
  let line = 1;
  let lineStart = 0;
  return (offset) => {
    for (let next = input.indexOf('\n', lineStart); next >= 0 && next < offset; ) {
      line += 1;
      lineStart = next + 1;
      next = input.indexOf('\n', lineStart);
    }
    return { line, column: offset - lineStart + 1 };
  };
}
