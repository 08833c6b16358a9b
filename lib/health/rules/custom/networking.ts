/** Istio, Traefik, Contour, Cilium, OpenShift routes. */
import type { KindRule, KindRules } from '../kind-rule.ts';
import { has, is, isNot, NO_STATUS } from '../words.ts';

/** Istio writes a status only where it is told to (`PILOT_ENABLE_STATUS`, `PILOT_ENABLE_ANALYSIS`). */
const ISTIO: KindRule = {
  failing: [
    { list: 'status.validationMessages', items: 'some', name: 'type.name', match: [has('level', 'ERROR')] },
  ],
  inProgress: [isNot('Reconciled')],
  otherwise: 'Current',
};

const ISTIO_KINDS: Readonly<Record<string, string>> = {
  'networking.istio.io':
    'DestinationRule EnvoyFilter Gateway ProxyConfig ServiceEntry Sidecar VirtualService WorkloadEntry WorkloadGroup',
  'security.istio.io': 'AuthorizationPolicy PeerAuthentication RequestAuthentication',
  'telemetry.istio.io': 'Telemetry',
  'extensions.istio.io': 'WasmPlugin',
};

/** Sail, the operator that installs Istio. */
const SAIL: KindRule = {
  failing: [isNot('Reconciled')],
  current: [{ all: [is('Reconciled'), is('Ready')] }],
  otherwise: 'InProgress',
};

const TRAEFIK_KINDS =
  'IngressRoute IngressRouteTCP IngressRouteUDP Middleware MiddlewareTCP ServersTransport ServersTransportTCP TLSOption TLSStore TraefikService'.split(
    ' ',
  );

/** Cilium writes Valid from 1.15 on. */
const CILIUM_POLICY: KindRule = { failed: [isNot('Valid')], otherwise: 'Current' };

export const networking: KindRules = {
  ...Object.fromEntries(
    Object.entries(ISTIO_KINDS).flatMap(([group, kinds]) =>
      kinds.split(' ').map((kind) => [`${kind}.${group}`, ISTIO]),
    ),
  ),
  'IstioOperator.install.istio.io': {
    failing: [has('status.status', 'ERROR', 'ACTION_REQUIRED')],
    current: [has('status.status', 'HEALTHY')],
    otherwise: 'InProgress',
    message: ['status.message'],
  },
  'Istio.sailoperator.io': SAIL,
  'IstioRevision.sailoperator.io': SAIL,
  'IstioCNI.sailoperator.io': SAIL,
  ...Object.fromEntries(TRAEFIK_KINDS.map((kind) => [`${kind}.traefik.io`, NO_STATUS])),
  'HTTPProxy.projectcontour.io': {
    failing: [has('status.currentStatus', 'invalid', 'orphaned')],
    current: [has('status.currentStatus', 'valid')],
    otherwise: 'InProgress',
    message: ['status.description'],
  },
  'CiliumNetworkPolicy.cilium.io': CILIUM_POLICY,
  'CiliumClusterwideNetworkPolicy.cilium.io': CILIUM_POLICY,
  'Route.route.openshift.io': {
    failing: [{ list: 'status.ingress', items: 'some', name: 'routerName', match: [isNot('Admitted')] }],
    current: [{ list: 'status.ingress', items: 'every', name: 'routerName', match: [is('Admitted')] }],
    otherwise: 'InProgress',
  },
};
