/** What the client wants to read: one of its `Accept` entries, the first that the server can do. */
import { ApiError } from '../status.ts';

export type Shape = 'object' | 'table' | 'metadata';

export interface Accepted {
  readonly shape: Shape;
  readonly contentType: 'application/json' | 'application/yaml';
}

interface MediaType {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

function parseAccept(header: string): readonly MediaType[] {
  return header
    .split(',')
    .map((entry): MediaType => {
      const [type = '', ...rest] = entry.split(';').map((part) => part.trim());
      const parameters = new Map(
        rest.map((part): [string, string] => {
          const equals = part.indexOf('=');
          return [part.slice(0, equals), part.slice(equals + 1)];
        }),
      );
      return { type: type.toLowerCase(), parameters, quality: Number(parameters.get('q') ?? 1) };
    })
    .sort((a, b) => b.quality - a.quality);
}

const SHAPES: Readonly<Record<string, Shape>> = {
  Table: 'table',
  PartialObjectMetadata: 'metadata',
  PartialObjectMetadataList: 'metadata',
};

const DISCOVERY_KIND = 'APIGroupDiscoveryList';

/** @throws ApiError 406 when nothing fits */
export function negotiate(header: string | undefined): Accepted {
  if (header === undefined || header === '') return { shape: 'object', contentType: 'application/json' };
  for (const { type, parameters } of parseAccept(header)) {
    const contentType = contentTypeFor(type);
    if (!contentType) continue;
    const as = parameters.get('as');
    if (as === undefined) return { shape: 'object', contentType };
    const shape = SHAPES[as];
    if (shape && parameters.get('g') === 'meta.k8s.io' && parameters.get('v') === 'v1')
      return { shape, contentType };
  }
  throw notAcceptable();
}

function notAcceptable(): ApiError {
  return new ApiError(
    406,
    'NotAcceptable',
    'only the following media types are accepted: application/json, application/yaml',
  );
}

/** Whether aggregated discovery (apidiscovery.k8s.io/v2) is asked for before the plain one. */
export function wantsAggregatedDiscovery(header: string | undefined): boolean {
  for (const { type, parameters } of parseAccept(header ?? '')) {
    if (type !== 'application/json') continue;
    const as = parameters.get('as');
    if (as === undefined) return false;
    if (
      as === DISCOVERY_KIND &&
      parameters.get('g') === 'apidiscovery.k8s.io' &&
      parameters.get('v') === 'v2'
    )
      return true;
  }
  return false;
}

function contentTypeFor(type: string): Accepted['contentType'] | undefined {
  switch (type) {
    case 'application/json':
    case 'application/*':
    case '*/*':
      return 'application/json';
    case 'application/yaml':
      return 'application/yaml';
    default:
      return undefined;
  }
}
