/** Gateway API (gateway.networking.k8s.io, "API specification"). Each condition says itself which generation it is
 * about. Who waits for a backend or a certificate has a False condition until it comes, so nothing here is final. */
import type { KindRule, KindRules } from '../kind-rule.ts';
import { is, isNot, isNotUnless, NO_STATUS } from '../words.ts';

const ROUTE: KindRule = {
  failing: [
    {
      list: 'status.parents',
      items: 'some',
      name: 'parentRef.name',
      match: [
        isNotUnless('Accepted', 'Pending'),
        isNot('ResolvedRefs'),
        // Parts of it are dropped.
        is('PartiallyInvalid'),
      ],
    },
  ],
  current: [
    {
      all: [
        {
          list: 'status.parents',
          items: 'every',
          name: 'parentRef.name',
          match: [{ all: [is('Accepted'), { not: { type: 'ResolvedRefs', status: 'Unknown' } }] }],
        },
        { count: 'status.parents', atLeast: 'spec.parentRefs' },
      ],
    },
  ],
  otherwise: 'InProgress',
};

/** A policy reports to each thing that it is about. */
const POLICY: KindRule = {
  failing: [
    {
      list: 'status.ancestors',
      items: 'some',
      name: 'ancestorRef.name',
      match: [isNotUnless('Accepted', 'Pending'), isNot('ResolvedRefs')],
    },
  ],
  current: [{ list: 'status.ancestors', items: 'every', name: 'ancestorRef.name', match: [is('Accepted')] }],
  otherwise: 'InProgress',
};

export const gatewayApi: KindRules = {
  'GatewayClass.gateway.networking.k8s.io': {
    failing: [isNot('Accepted')],
    current: [is('Accepted')],
    otherwise: 'InProgress',
  },
  'Gateway.gateway.networking.k8s.io': {
    failing: [
      isNotUnless('Accepted', 'Pending'),
      {
        list: 'status.listeners',
        items: 'some',
        name: 'name',
        match: [isNotUnless('Accepted', 'Pending'), isNot('ResolvedRefs'), is('Conflicted')],
      },
      isNotUnless('Programmed', 'Pending', 'AddressNotAssigned'),
    ],
    current: [{ all: [is('Accepted'), is('Programmed')] }],
    otherwise: 'InProgress',
  },
  'HTTPRoute.gateway.networking.k8s.io': ROUTE,
  'GRPCRoute.gateway.networking.k8s.io': ROUTE,
  'TLSRoute.gateway.networking.k8s.io': ROUTE,
  'TCPRoute.gateway.networking.k8s.io': ROUTE,
  'UDPRoute.gateway.networking.k8s.io': ROUTE,
  'BackendTLSPolicy.gateway.networking.k8s.io': POLICY,
  'ReferenceGrant.gateway.networking.k8s.io': NO_STATUS,
};
