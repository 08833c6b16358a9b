import { conditioned, conditions, type Sample, type Samples } from './sample.ts';

const accepted = { type: 'Accepted', status: 'True', reason: 'Accepted', observedGeneration: 2 };
const resolved = { type: 'ResolvedRefs', status: 'True', reason: 'ResolvedRefs', observedGeneration: 2 };

/** A route at generation 2 that has one parent with these conditions. */
const route = (...conditions: readonly object[]): Sample => ({
  generation: 2,
  spec: { parentRefs: [{ name: 'edge' }] },
  status: { parents: [{ parentRef: { name: 'edge' }, controllerName: 'example.com/gateway', conditions }] },
});

const policy = (...conditions: readonly object[]): Sample => ({
  generation: 2,
  status: {
    ancestors: [{ ancestorRef: { name: 'edge' }, controllerName: 'example.com/gateway', conditions }],
  },
});

/** Knative, KEDA, Gateway API, Istio, Traefik and the like. */
export const serving: Samples = {
  'Service.serving.knative.dev': {
    Current: [
      {
        generation: 2,
        status: {
          observedGeneration: 2,
          ...conditions(['ConfigurationsReady', 'True'], ['Ready', 'True'], ['RoutesReady', 'True']),
        },
      },
    ],
    InProgress: [
      conditioned(
        ['ConfigurationsReady', 'Unknown'],
        ['Ready', 'Unknown', 'RevisionMissing'],
        ['RoutesReady', 'Unknown'],
      ),
      { generation: 2, status: { observedGeneration: 1, ...conditions(['Ready', 'True']) } },
    ],
    Failing: [
      conditioned([
        'Ready',
        'False',
        'RevisionFailed',
        'Revision "web-00001" failed with message: unable to fetch image.',
      ]),
    ],
  },
  'ScaledObject.keda.sh': {
    Current: [conditioned(['Ready', 'True', 'ScaledObjectReady'], ['Active', 'False', 'ScalerNotActive'])],
    InProgress: [conditioned(['Ready', 'Unknown'], ['Active', 'Unknown'])],
    Failing: [
      conditioned([
        'Ready',
        'False',
        'ScaledObjectCheckFailed',
        "ScaledObject doesn't have correct triggers",
      ]),
    ],
    Paused: [
      conditioned(['Ready', 'True'], ['Paused', 'True', 'ScaledObjectPaused', 'ScaledObject is paused']),
    ],
  },
  'GatewayClass.gateway.networking.k8s.io': {
    Current: [conditioned(['Accepted', 'True', 'Accepted'])],
    InProgress: [conditioned(['Accepted', 'Unknown', 'Pending', 'Waiting for controller'])],
    Failing: [conditioned(['Accepted', 'False', 'InvalidParameters', 'parametersRef not found'])],
  },
  'Gateway.gateway.networking.k8s.io': {
    Current: [
      {
        generation: 2,
        status: {
          conditions: [
            accepted,
            { type: 'Programmed', status: 'True', reason: 'Programmed', observedGeneration: 2 },
          ],
          listeners: [{ name: 'http', conditions: [accepted, resolved] }],
        },
      },
    ],
    InProgress: [
      conditioned(
        ['Accepted', 'Unknown', 'Pending', 'Waiting for controller'],
        ['Programmed', 'Unknown', 'Pending', 'Waiting for controller'],
      ),
      conditioned(
        ['Accepted', 'True', 'Accepted'],
        ['Programmed', 'False', 'AddressNotAssigned', 'no address yet'],
      ),
      {
        generation: 3,
        status: {
          conditions: [
            accepted,
            { type: 'Programmed', status: 'True', reason: 'Programmed', observedGeneration: 2 },
          ],
        },
      },
    ],
    Failing: [
      conditioned(['Accepted', 'False', 'UnsupportedAddress', 'no such address type']),
      conditioned(['Accepted', 'True'], ['Programmed', 'False', 'NoResources', 'no more addresses']),
      {
        status: {
          ...conditions(['Accepted', 'True'], ['Programmed', 'True']),
          listeners: [
            {
              name: 'https',
              ...conditions(
                ['Accepted', 'True'],
                ['ResolvedRefs', 'False', 'InvalidCertificateRef', 'Secret not found'],
              ),
            },
          ],
        },
      },
    ],
  },
  'HTTPRoute.gateway.networking.k8s.io': {
    Current: [route(accepted, resolved)],
    InProgress: [
      route(),
      { generation: 2, spec: { parentRefs: [{ name: 'edge' }] }, status: { parents: [] } },
      // A second parent has not reported yet.
      { ...route(accepted, resolved), spec: { parentRefs: [{ name: 'edge' }, { name: 'internal' }] } },
      // What is there is about the generation before.
      { ...route(accepted, resolved), generation: 3 },
      route({ ...accepted, status: 'False', reason: 'Pending' }),
    ],
    Failing: [
      route(
        {
          ...accepted,
          status: 'False',
          reason: 'NoMatchingListenerHostname',
          message: 'no listener takes it',
        },
        resolved,
      ),
      route(accepted, {
        ...resolved,
        status: 'False',
        reason: 'BackendNotFound',
        message: 'Service web not found',
      }),
      route(accepted, resolved, {
        type: 'PartiallyInvalid',
        status: 'True',
        reason: 'UnsupportedValue',
        message: 'a rule was dropped',
        observedGeneration: 2,
      }),
    ],
  },
  'BackendTLSPolicy.gateway.networking.k8s.io': {
    Current: [policy(accepted, resolved)],
    InProgress: [policy(), { status: { ancestors: [] } }],
    Failing: [policy({ ...accepted, status: 'False', reason: 'NoValidCACertificate', message: 'no CA' })],
  },
  'VirtualService.networking.istio.io': {
    Current: [{}, conditioned(['Reconciled', 'True', 'Reconciled', '2/2 proxies up to date.'])],
    InProgress: [conditioned(['Reconciled', 'False', 'Reconciled', '1/2 proxies up to date.'])],
    Failing: [
      {
        status: {
          validationMessages: [
            {
              type: { code: 'IST0101', name: 'ReferencedResourceNotFound' },
              level: 'ERROR',
              documentationUrl: '',
            },
          ],
        },
      },
    ],
  },
  'IstioOperator.install.istio.io': {
    Current: [{ status: { status: 'HEALTHY' } }],
    InProgress: [{ status: { status: 'RECONCILING' } }],
    Failing: [{ status: { status: 'ERROR', message: 'no such profile' } }],
  },
  'Istio.sailoperator.io': {
    Current: [conditioned(['Reconciled', 'True'], ['Ready', 'True'])],
    InProgress: [
      conditioned(
        ['Reconciled', 'True'],
        ['Ready', 'False', 'IstiodNotReady', 'not all istiod pods are ready'],
      ),
    ],
    Failing: [conditioned(['Reconciled', 'False', 'ReconcileError', 'no such version'])],
  },
  'HTTPProxy.projectcontour.io': {
    Current: [{ status: { currentStatus: 'valid', description: 'Valid HTTPProxy' } }],
    InProgress: [{ status: { currentStatus: 'NotReconciled', description: 'Waiting for controller' } }],
    Failing: [{ status: { currentStatus: 'invalid', description: 'At least one error present' } }],
  },
  'CiliumNetworkPolicy.cilium.io': {
    Current: [{}, conditioned(['Valid', 'True', undefined, 'Policy validation succeeded'])],
    Failed: [conditioned(['Valid', 'False', undefined, 'invalid CIDR'])],
  },
  'Route.route.openshift.io': {
    Current: [{ status: { ingress: [{ routerName: 'default', ...conditions(['Admitted', 'True']) }] } }],
    InProgress: [{ status: { ingress: [] } }],
    Failing: [
      {
        status: {
          ingress: [
            { routerName: 'default', ...conditions(['Admitted', 'False', 'HostAlreadyClaimed', 'taken']) },
          ],
        },
      },
    ],
  },
};
