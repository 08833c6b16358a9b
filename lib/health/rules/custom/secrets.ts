/** Where secrets come from: External Secrets, Sealed Secrets, HashiCorp Vault. */
import type { KindRules } from '../kind-rule.ts';
import { filled, is, isNot, READY_OR_FAILING } from '../words.ts';

export const secrets: KindRules = {
  'ExternalSecret.external-secrets.io': READY_OR_FAILING,
  'SecretStore.external-secrets.io': READY_OR_FAILING,
  'ClusterSecretStore.external-secrets.io': READY_OR_FAILING,
  'PushSecret.external-secrets.io': READY_OR_FAILING,
  'ClusterPushSecret.external-secrets.io': READY_OR_FAILING,
  'ClusterExternalSecret.external-secrets.io': {
    failing: [filled('status.failedNamespaces'), isNot('Ready'), is('NotReady')],
    current: [is('Ready')],
    otherwise: 'InProgress',
  },
  // Synced is False when no key of the controller opens it.
  'SealedSecret.bitnami.com': {
    failing: [isNot('Synced')],
    current: [is('Synced')],
    otherwise: 'InProgress',
  },
  'VaultAuth.secrets.hashicorp.com': {
    failing: [{ field: 'status.valid', in: [false] }],
    current: [{ field: 'status.valid', in: [true] }],
    otherwise: 'InProgress',
    message: ['status.error'],
  },
  'VaultConnection.secrets.hashicorp.com': {
    failing: [{ field: 'status.valid', in: [false] }],
    current: [{ field: 'status.valid', in: [true] }],
    otherwise: 'InProgress',
  },
  'VaultStaticSecret.secrets.hashicorp.com': {
    failing: [isNot('Ready'), isNot('SecretSynced')],
    current: [is('Ready'), is('SecretSynced'), filled('status.secretMAC')],
    otherwise: 'InProgress',
  },
};
