/** Spans for OpenTelemetry. In: what begins and ends, with names and numbers. Out: spans of the SDK that the process has
 * set up; without one nothing happens, and not even the API is loaded. Attributes say of which object something is told
 * and what came of it, never what is in the object: messages of errors may quote values, so their code stands for them. */
import type * as OpenTelemetry from '@opentelemetry/api';

export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** Where spans begin: the caller's own span, or one of ours. */
export interface Trace {
  span(name: string, attributes?: Attributes): OpenSpan;
}

export interface OpenSpan {
  /** For spans that are part of this one. */
  readonly inside: Trace;
  /** Does something with this span as the one that is current, as far as the SDK keeps track of that. */
  run<T>(work: () => T): T;
  set(attributes: Attributes): void;
  /** @param end.error what it failed with
   * @param end.at milliseconds since 1970; now when absent */
  end(end?: { readonly error?: unknown; readonly at?: number }): void;
}

/** The API keeps what an SDK registers here, in all of its copies (opentelemetry-js, `internal/global-utils`). */
const REGISTERED = Symbol.for('opentelemetry.js.api.1');

/** @returns undefined when nobody listens */
export async function currentTrace(): Promise<Trace | undefined> {
  if (!Reflect.has(globalThis, REGISTERED)) return undefined;
  const api = await import('@opentelemetry/api');
  return traceIn(api, api.context.active());
}

function traceIn(api: typeof OpenTelemetry, context: OpenTelemetry.Context): Trace {
  return {
    span(name, attributes = {}) {
      const span = api.trace
        .getTracer('truekeel')
        .startSpan(name, { attributes: { ...attributes } }, context);
      const inner = api.trace.setSpan(context, span);
      return {
        inside: traceIn(api, inner),
        run: (work) => api.context.with(inner, work),
        set: (more) => span.setAttributes({ ...more }),
        end: ({ error, at } = {}) => {
          if (error !== undefined) {
            span.setAttribute('error.type', codeOf(error));
            span.setStatus({ code: api.SpanStatusCode.ERROR });
          }
          span.end(at);
        },
      };
    },
  };
}

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (typeof code === 'string') return code;
  return error instanceof Error ? error.name : 'unknown';
}

/** Does something within a span of its own. */
export async function traced<T>(
  trace: Trace | undefined,
  name: string,
  attributes: Attributes,
  run: (span: OpenSpan | undefined) => Promise<T>,
): Promise<T> {
  const span = trace?.span(name, attributes);
  try {
    const result = await (span ? span.run(() => run(span)) : run(undefined));
    span?.end();
    return result;
  } catch (error) {
    span?.end({ error });
    throw error;
  }
}
