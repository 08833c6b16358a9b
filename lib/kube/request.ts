/** A request is a value; what sends it is a function; whatever else shall happen on the way (credentials,
 * repeats, counting, traces) is an interceptor around that function. */
import type { Readable } from 'node:stream';

/** Kubernetes' verbs, as far as they are told apart in counts. */
export type Verb =
  | 'get'
  | 'list'
  | 'watch'
  | 'patch'
  | 'create'
  | 'update'
  | 'delete'
  | 'discovery'
  | 'other';

/** A list is a header that is sent several times. */
export type Headers = Readonly<Record<string, string | string[]>>;

export interface Request {
  readonly verb: Verb;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Headers;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
  /** May be sent again when it is not known whether the server acted on it. */
  readonly repeatable: boolean;
  /** The body of a successful answer is handed over as it comes, and there is no time limit on it. */
  readonly stream?: boolean;
  /** Told each time that the server asks to come back later (429), also when the request is then repeated. */
  readonly onPushback?: () => void;
}

export interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Empty when `stream` or `bytes` is there. */
  readonly body: string;
  /** Of an answer in protobuf, which is no text. */
  readonly bytes?: Buffer;
  readonly stream?: ResponseStream;
}

interface ResponseStream {
  readonly body: Readable;
  /** To be asked at the end: Node also ends what was cut off. */
  isComplete(): boolean;
}

export type Send = (request: Request) => Promise<Response>;
export type Interceptor = (next: Send) => Send;

/** The first interceptor is the outermost. */
export function compose(send: Send, interceptors: readonly Interceptor[]): Send {
  return interceptors.reduceRight((next, interceptor) => interceptor(next), send);
}

/** The first value of a header, or undefined. */
export function header(response: Response, name: string): string | undefined {
  const value = response.headers[name];
  return typeof value === 'string' ? value : value?.[0];
}
