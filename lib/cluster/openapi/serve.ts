/** /openapi/v3: an index of the group versions, and one document for each. /openapi/v2: a document that describes no
 * type. */
import { createHash } from 'node:crypto';
import type { Core } from '../core.ts';
import type { ApiRequest, Reply } from '../http/exchange.ts';
import { documentFor } from './document.ts';

/** False when the path is none of OpenAPI. */
export function serveOpenApi(core: Core, request: ApiRequest, reply: Reply): boolean {
  if (request.method !== 'GET') return false;
  if (request.path === '/openapi/v2') return serveSwagger(request, reply);
  if (!request.path.startsWith('/openapi/v3')) return false;
  const path = request.path.slice('/openapi/v3'.length).replace(/^\/|\/$/g, '');
  const texts = documentTexts(core);
  if (path === '') {
    const paths = Object.fromEntries(
      [...texts].map(([name, document]) => [
        name,
        { serverRelativeURL: `/openapi/v3/${name}?hash=${document().hash}` },
      ]),
    );
    reply.send(200, 'application/json', JSON.stringify({ paths }));
    return true;
  }
  const document = texts.get(path);
  if (!document) return false;
  reply.header('etag', `"${document().hash}"`);
  reply.send(200, 'application/json', document().text);
  return true;
}

const SWAGGER_PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/** kubectl asks for it, as a protocol buffer, to check what it finds no version 3 schema for (a `kind: List`, a kind that
 * is not served), and lets pass what the document says nothing about. Without one it refuses to send anything. */
function serveSwagger(request: ApiRequest, reply: Reply): true {
  const info = { title: 'Kubernetes', version: 'unversioned' };
  if (request.headers.accept?.includes('protobuf')) {
    // Field 1 is the version of the format, 2 the information.
    const message = protobufStrings({ 1: '2.0', 2: protobufStrings({ 1: info.title, 2: info.version }) });
    reply.send(200, SWAGGER_PROTOBUF, message);
  } else {
    reply.send(200, 'application/json', JSON.stringify({ swagger: '2.0', info, paths: {}, definitions: {} }));
  }
  return true;
}

/** @param fields by their number; each shorter than 128 bytes of ASCII */
function protobufStrings(fields: Readonly<Record<number, string>>): string {
  return Object.entries(fields)
    .map(([number, text]) => String.fromCharCode((Number(number) << 3) | 2, text.length) + text)
    .join('');
}

interface DocumentText {
  readonly text: string;
  readonly hash: string;
}

const caches = new WeakMap<
  Core,
  { readonly generation: number; readonly texts: ReadonlyMap<string, () => DocumentText> }
>();

/** Documents by path (`api/v1`, `apis/apps/v1`), written when first asked for, again after the resources changed. */
function documentTexts(core: Core): ReadonlyMap<string, () => DocumentText> {
  const { generation } = core.resources;
  const known = caches.get(core);
  if (known?.generation === generation) return known.texts;
  const texts = new Map<string, () => DocumentText>();
  for (const { group, version } of core.resources.all()) {
    const path = group === '' ? `api/${version}` : `apis/${group}/${version}`;
    if (texts.has(path)) continue;
    let written: DocumentText | undefined;
    texts.set(path, () => {
      written ??= write(core, group, version);
      return written;
    });
  }
  caches.set(core, { generation, texts });
  return texts;
}

function write(core: Core, group: string, version: string): DocumentText {
  const text = JSON.stringify(documentFor(core.resources, group, version));
  return { text, hash: createHash('sha512').update(text).digest('hex').toUpperCase() };
}
