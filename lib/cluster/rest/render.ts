/** Objects, lists, tables and metadata as JSON text. Stored objects never change, so their text is kept. */
import { dump } from 'js-yaml';
import type { JsonObject, KubernetesObject } from '../../objects/index.ts';
import type { Accepted, Shape } from '../http/media-type.ts';
import { apiVersionOf } from '../resources/registry.ts';
import type { Resource } from '../resources/resource.ts';
import { toVersion } from '../resources/versions.ts';
import { tableOfObjects } from '../table/table.ts';

const texts = new WeakMap<KubernetesObject, string>();

/** @param object as stored; its apiVersion may be another one of the same kind */
function objectText(resource: Resource, object: KubernetesObject): string {
  const versioned = toVersion(object, resource);
  const known = texts.get(versioned);
  if (known !== undefined) return known;
  const text = JSON.stringify(versioned);
  texts.set(versioned, text);
  return text;
}

export interface ListMeta {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

export function listText(
  resource: Resource,
  objects: readonly KubernetesObject[],
  metadata: ListMeta,
  accepted: Accepted,
  includeObject: string | null,
): string {
  switch (accepted.shape) {
    case 'table':
      return JSON.stringify(tableOfObjects(resource, objects, { ...metadata }, includeObject));
    case 'metadata':
      return wrap('PartialObjectMetadataList', 'meta.k8s.io/v1', metadata, objects.map(metadataText));
    default: {
      const items = objects.map((object) => {
        const text = objectText(resource, object);
        // Typed lists leave the envelope of their items out; unstructured ones cannot.
        return resource.custom ? text : withoutEnvelope(resource, text);
      });
      // Unstructured lists write an empty token too.
      const shown = resource.custom ? { continue: '', ...metadata } : metadata;
      return wrap(resource.listKind, apiVersionOf(resource), shown, items);
    }
  }
}

function wrap(kind: string, apiVersion: string, metadata: ListMeta, items: readonly string[]): string {
  return `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},"metadata":${JSON.stringify(metadata)},"items":[${items.join(',')}]}`;
}

function withoutEnvelope(resource: Resource, text: string): string {
  for (const head of envelopes(resource)) if (text.startsWith(head)) return `{${text.slice(head.length)}`;
  const { apiVersion: _, kind: __, ...rest } = JSON.parse(text) as JsonObject; // the text of an object
  return JSON.stringify(rest);
}

function envelopes(resource: Resource): readonly string[] {
  const apiVersion = `"apiVersion":${JSON.stringify(apiVersionOf(resource))}`;
  const kind = `"kind":${JSON.stringify(resource.kind)}`;
  return [`{${apiVersion},${kind},`, `{${kind},${apiVersion},`];
}

const metadataTexts = new WeakMap<KubernetesObject, string>();

function metadataText(object: KubernetesObject): string {
  const known = metadataTexts.get(object);
  if (known !== undefined) return known;
  const text = `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":${JSON.stringify(object.metadata)}}`;
  metadataTexts.set(object, text);
  return text;
}

/** One object in the shape asked for. */
export function shapedText(
  resource: Resource,
  object: KubernetesObject,
  shape: Shape,
  includeObject: string | null,
): string {
  switch (shape) {
    case 'table':
      return JSON.stringify(
        tableOfObjects(
          resource,
          [object],
          { resourceVersion: object.metadata.resourceVersion ?? '' },
          includeObject,
        ),
      );
    case 'metadata':
      return metadataText(object);
    default:
      return objectText(resource, object);
  }
}

/** The text in the content type asked for. */
export function inContentType(text: string, contentType: Accepted['contentType']): string {
  return contentType === 'application/json' ? text : dump(JSON.parse(text));
}
