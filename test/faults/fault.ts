/** What may go wrong between a client and an API server. */

/** With `acted` the API server has got the request and done what it says; without, it never heard of it. */
export type Fault =
  /** Somebody on the way answers. Who answers 429 has not acted. */
  | { readonly kind: 'answer'; readonly status: 429; readonly retryAfter?: number; readonly acted: false }
  | {
      readonly kind: 'answer';
      readonly status: 500 | 502 | 503 | 504;
      readonly retryAfter?: number;
      readonly acted: boolean;
    }
  /** The stream (in HTTP/1.1: its connection) or the whole connection breaks, or never says anything again. */
  | {
      readonly kind:
        | 'reset stream'
        | 'reset connection'
        | 'half-close'
        | 'silent stream'
        | 'silent connection';
      readonly acted: boolean;
    }
  /** The answer breaks off half-way, or ends there as if it were whole. */
  | { readonly kind: 'cut' | 'shorten' }
  /** Sent on twice; the client gets the second answer. */
  | { readonly kind: 'repeat' }
  | { readonly kind: 'delay'; readonly ms: number }
  /** 410: the moment that the request speaks of is forgotten. */
  | { readonly kind: 'gone' }
  | WatchFault;

/** In a watch, once so many events went through. */
export interface WatchFault {
  readonly kind: 'watch';
  readonly after: number;
  readonly effect: 'drop an event' | 'gone' | 'end' | 'cut a line' | 'silence';
}

export type RequestKind = 'discovery' | 'list' | 'watch' | 'read' | 'dry-run' | 'write' | 'delete' | 'other';

/** A request as the proxy sees it. */
export interface SeenRequest {
  /** Counts from 1. */
  readonly number: number;
  readonly kind: RequestKind;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** How often the API server got it. */
  forwarded: number;
  fault?: Fault;
}

export function kindOf(method: string, path: string): RequestKind {
  const { pathname, searchParams } = new URL(path, 'http://any');
  if (method === 'PATCH') return searchParams.has('dryRun') ? 'dry-run' : 'write';
  if (method === 'DELETE') return 'delete';
  if (method !== 'GET') return 'write';
  if (searchParams.get('watch') === 'true') return 'watch';
  const [root, ...rest] = pathname.split('/').slice(1);
  if ((root !== 'api' && root !== 'apis') || rest.length === 0)
    return root === 'api' || root === 'apis' ? 'discovery' : 'other';
  const [first, ...inside] = rest.slice(root === 'api' ? 1 : 2);
  if (first === undefined) return 'discovery';
  // PLURAL, PLURAL/NAME, namespaces/NAME, namespaces/NAME/PLURAL, namespaces/NAME/PLURAL/NAME
  return inside.length % 2 === 0 ? 'list' : 'read';
}

export function isMutating({ kind }: SeenRequest): boolean {
  return kind === 'write' || kind === 'delete';
}
