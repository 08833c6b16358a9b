/** A Secret as it is rendered: its sealed file stands where its values would. The API server knows no such field, so what
 * was not opened cannot be applied by mistake, by Truekeel or by another tool.
 *
 *     apiVersion: v1
 *     kind: Secret
 *     metadata: { name: db-1f2e3d4c5b, namespace: shop }
 *     sealed: { file: secrets/db.sops.yaml, format: yaml, text: "…" } */
import {
  formatKey,
  type JsonValue,
  type KubernetesObject,
  keyOf,
  TruekeelError,
} from '../../objects/index.ts';
import { formatOf, readSealed, SEALED_FORMATS, type SealedDocument, type SealedFormat } from './document.ts';
import { type SecretEntry, secretEntries, secretType } from './secret-entries.ts';

/** The member `sealed` of a Secret. */
export interface SealedField {
  /** The file of the program that was sealed. */
  readonly file: string;
  readonly format: SealedFormat;
  readonly text: string;
  /** Of a file that is one value. */
  readonly key?: string;
}

export interface SealedContent {
  readonly document: SealedDocument;
  readonly entries: readonly SecretEntry[];
}

export function isSealed(object: KubernetesObject): boolean {
  return object.kind === 'Secret' && object.apiVersion === 'v1' && object.sealed !== undefined;
}

/** A Secret as SOPS leaves it in a folder of manifests, in the form in which sealed Secrets are rendered.
 * @param value the only document of the file
 * @returns undefined for anything else */
export function sealedManifest(value: JsonValue, text: string, file: string): KubernetesObject | undefined {
  const { apiVersion, kind, metadata, sops } = Object(value) as Partial<KubernetesObject>;
  if (kind !== 'Secret' || apiVersion !== 'v1' || metadata === undefined || sops === undefined)
    return undefined;
  const sealed: SealedField = { file, format: formatOf(file), text };
  return { apiVersion, kind, metadata, sealed };
}

/** What is sealed in a Secret.
 * @throws TruekeelError `SEALED_UNREADABLE` */
export function sealedContent(object: KubernetesObject): SealedContent {
  const field = Object(object.sealed) as Partial<SealedField>;
  const { file, format, text, key } = field;
  if (typeof file !== 'string' || typeof text !== 'string' || !SEALED_FORMATS.some((one) => one === format))
    throw unreadable(object, 'has something else in `sealed` than file, format and text');
  if (object.data !== undefined || object.stringData !== undefined)
    throw unreadable(object, 'is sealed, and has values beside that');
  const document = readSealed(text, file, format);
  const entries = secretEntries(document, typeof key === 'string' ? key : undefined);
  if (document.metadata.age.length === 0) {
    const others = document.metadata.others.join(', ');
    throw unreadable(
      object,
      `is sealed in ${file} for nobody who has a key of age${others === '' ? '' : ` (only: ${others})`}`,
    );
  }
  return { document, entries };
}

/** The Secret with sealed values in the place of values, in the shape that it will have: for those who look at objects and
 * have no key. It must not be applied.
 * @throws TruekeelError `SEALED_UNREADABLE` */
export function closedSecret(object: KubernetesObject): KubernetesObject {
  const { document, entries } = sealedContent(object);
  return asSecret(object, document, entries, ({ leaf }) => Buffer.from(leaf.text));
}

/** @param bytesAt the bytes of a value */
export function asSecret(
  { sealed: _sealed, ...object }: KubernetesObject,
  document: SealedDocument,
  entries: readonly SecretEntry[],
  bytesAt: (entry: SecretEntry) => Buffer,
): KubernetesObject {
  const type = secretType(document);
  return {
    ...object,
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: object.metadata,
    ...(object.type === undefined && type !== undefined && { type }),
    data: Object.fromEntries(entries.map((entry) => [entry.key, bytesAt(entry).toString('base64')])),
  };
}

/** For whom a Secret is sealed. */
export function recipientsOf(object: KubernetesObject): readonly string[] {
  return sealedContent(object).document.metadata.age.map(({ recipient }) => recipient);
}

function unreadable(object: KubernetesObject, what: string): TruekeelError {
  const key = keyOf(object);
  return new TruekeelError(`${formatKey(key)} ${what}`, {
    code: 'SEALED_UNREADABLE',
    family: 'validation',
    key,
    hint: 'Make it with new SealedSecret(…, { file }), of a file that is sealed for a recipient of age.',
  });
}
