/** cert-manager.io and acme.cert-manager.io (cert-manager 1.x, "API reference"). */
import type { KindRule, KindRules } from '../kind-rule.ts';
import { has, is, isNot, READY_OR_FAILING } from '../words.ts';

/** An Order or a Challenge of ACME (RFC 8555, 7.1.6): `invalid`, `expired` and `errored` are final. */
const ACME: KindRule = {
  failed: [has('status.state', 'invalid', 'expired', 'errored')],
  current: [has('status.state', 'valid')],
  otherwise: 'InProgress',
  message: ['status.reason'],
};

export const certManager: KindRules = {
  'Certificate.cert-manager.io': {
    // Issuing is True while a new one is fetched, and turns False with a reason when that failed: the next try comes
    // after an hour or more. A certificate that is good enough meanwhile is Ready all the same.
    inProgress: [is('Issuing')],
    failed: [{ all: [isNot('Issuing', 'Failed', 'Denied', 'InvalidRequest'), { not: is('Ready') }] }],
    current: [is('Ready')],
    otherwise: 'InProgress',
  },
  'CertificateRequest.cert-manager.io': {
    failed: [is('InvalidRequest'), is('Denied'), isNot('Ready', 'Failed', 'Denied')],
    current: [is('Ready')],
    otherwise: 'InProgress',
  },
  'Issuer.cert-manager.io': READY_OR_FAILING,
  'ClusterIssuer.cert-manager.io': READY_OR_FAILING,
  'Order.acme.cert-manager.io': ACME,
  'Challenge.acme.cert-manager.io': ACME,
  // trust-manager
  'Bundle.trust.cert-manager.io': {
    failing: [isNot('Synced')],
    current: [is('Synced')],
    otherwise: 'InProgress',
  },
};
