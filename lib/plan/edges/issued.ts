import type { JsonValue, ObjectKey } from '../../objects/index.ts';
import { fieldOf, itemsOf, stringOf } from '../field-path.ts';
import { type EdgeFinder, type EdgeSource, inNamespace, type Need } from './edge.ts';

/** A certificate of cert-manager comes after its issuer. */
export const certificateEdges: EdgeFinder = ({ key, object }) => {
  const kind = stringOf(object, 'spec', 'issuerRef', 'kind') ?? 'Issuer';
  const group = stringOf(object, 'spec', 'issuerRef', 'group') ?? 'cert-manager.io';
  const namespace = kind === 'ClusterIssuer' ? '' : key.namespace;
  return inNamespace({ group, kind, namespace }, stringOf(object, 'spec', 'issuerRef', 'name'));
};

/** What External Secrets syncs comes after its store. */
export const externalSecretEdges: EdgeFinder = ({ key, object }) => [
  ...store(fieldOf(object, 'spec', 'secretStoreRef'), key),
  ...itemsOf(object, 'spec', 'secretStoreRefs').flatMap((reference) => store(reference, key)),
];

function store(reference: JsonValue | undefined, { namespace }: ObjectKey): readonly Need[] {
  const kind = stringOf(reference, 'kind') ?? 'SecretStore';
  return inNamespace(
    { group: 'external-secrets.io', kind, namespace: kind === 'ClusterSecretStore' ? '' : namespace },
    stringOf(reference, 'name'),
  );
}

/** The name of the Secret that a controller will make from an object; undefined for objects of other kinds. */
export function producedSecret(groupKind: string, { key, object }: EdgeSource): string | undefined {
  switch (groupKind) {
    case 'Certificate.cert-manager.io':
      return stringOf(object, 'spec', 'secretName');
    case 'ExternalSecret.external-secrets.io':
      return stringOf(object, 'spec', 'target', 'name') ?? key.name;
    case 'SealedSecret.bitnami.com':
      return stringOf(object, 'spec', 'template', 'metadata', 'name') ?? key.name;
    default:
      return undefined;
  }
}
