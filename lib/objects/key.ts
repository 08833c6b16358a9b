/** What names an object: group, kind, namespace and name. The version is left out on purpose: `apps/v1beta1`
 * and `apps/v1` serve the same object. */
export interface ObjectKey {
  /** API group; the empty string is the core group. */
  readonly group: string;
  readonly kind: string;
  /** The empty string for cluster-scoped objects. */
  readonly namespace: string;
  readonly name: string;
}

/** An API group, version and kind. */
export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** Splits `apps/v1` into group and version; `v1` has the empty (core) group. */
export function parseApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** The `apiVersion` field of a group and version. */
export function formatApiVersion(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}

/** The key as people read it: `Deployment.apps web/api`, `Namespace web`, `ConfigMap web/settings`. It is
 * also unique, so it serves as map key. */
export function formatKey(key: ObjectKey): string {
  const kind = key.group === '' ? key.kind : `${key.kind}.${key.group}`;
  return key.namespace === '' ? `${kind} ${key.name}` : `${kind} ${key.namespace}/${key.name}`;
}

/** Reads what {@link formatKey} writes.
 * @throws RangeError when the text is not a key */
export function parseKey(text: string): ObjectKey {
  const match = /^([^\s.]+)(?:\.(\S+))? (?:([^\s/]+)\/)?(\S+)$/.exec(text);
  if (!match) throw new RangeError(`not an object key: ${JSON.stringify(text)}`);
  return { group: match[2] ?? '', kind: match[1]!, namespace: match[3] ?? '', name: match[4]! };
}
