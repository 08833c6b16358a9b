import { ApiObject, Duration } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-27';
import { describe, expect, it } from 'vitest';
import {
  GatewayReference,
  GrpcRoute,
  type GrpcRouteRule,
  HttpRoute,
  type HttpRouteRule,
  PathMatch,
  RouteBackend,
  RouteFilter,
  TextMatch,
} from './index.ts';
import { objectOf, problemsOf } from './testing/program.ts';

const gateways = [GatewayReference.named('public', { namespace: 'gateways', listener: 'https' })];
const backends = [RouteBackend.named('api', { port: 80 })];

const http = (rule: HttpRouteRule, hostnames: string[] = []) =>
  problemsOf((web) => new HttpRoute(web, 'route', { gateways, hostnames, rules: [rule] })).join();

describe('HttpRoute', () => {
  it('sends requests to services of any library, on their only port', () => {
    const { spec } = objectOf('HTTPRoute', (web) => {
      const service = new Deployment(web, 'api', {
        containers: [{ image: 'a', portNumber: 8080 }],
      }).exposeViaService({ name: 'api', ports: [{ port: 80, targetPort: 8080 }] });
      new HttpRoute(web, 'route', {
        gateways,
        hostnames: ['shop.example.com', '*.example.com'],
        rules: [
          {
            matches: [
              {
                path: PathMatch.prefix('/api'),
                method: 'GET',
                headers: { 'x-version': TextMatch.exact('2') },
                queryParameters: { page: TextMatch.matching('[0-9]+') },
              },
            ],
            backends: [RouteBackend.service(service, { weight: 9 })],
            filters: [
              RouteFilter.rewrite({ pathPrefix: '/' }),
              RouteFilter.requestHeaders({ remove: ['x-a'] }),
            ],
            timeout: Duration.seconds(90),
          },
        ],
      });
    });
    expect(spec).toEqual({
      parentRefs: [
        {
          group: 'gateway.networking.k8s.io',
          kind: 'Gateway',
          name: 'public',
          namespace: 'gateways',
          sectionName: 'https',
        },
      ],
      hostnames: ['shop.example.com', '*.example.com'],
      rules: [
        {
          matches: [
            {
              path: { type: 'PathPrefix', value: '/api' },
              method: 'GET',
              headers: [{ name: 'x-version', type: 'Exact', value: '2' }],
              queryParams: [{ name: 'page', type: 'RegularExpression', value: '[0-9]+' }],
            },
          ],
          filters: [
            {
              type: 'URLRewrite',
              urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } },
            },
            { type: 'RequestHeaderModifier', requestHeaderModifier: { remove: ['x-a'] } },
          ],
          backendRefs: [{ name: 'api', port: 80, weight: 9 }],
          timeouts: { request: '1m30s' },
        },
      ],
    });
  });

  it('comes out the same in whatever order headers are given', () => {
    const specOf = (set: { [name: string]: string }, headers: { [name: string]: TextMatch }) =>
      objectOf('HTTPRoute', (web) => {
        const filters = [RouteFilter.responseHeaders({ set })];
        new HttpRoute(web, 'route', { gateways, rules: [{ matches: [{ headers }], backends, filters }] });
      }).spec;
    const match = TextMatch.exact('1');
    expect(specOf({ a: '1', b: '2' }, { x: match, y: match })).toEqual(
      specOf({ b: '2', a: '1' }, { y: match, x: match }),
    );
  });

  it('can redirect, and send copies elsewhere', () => {
    expect(http({ filters: [RouteFilter.redirect({ scheme: 'https', statusCode: 301 })] })).toBe('');
    expect(http({ backends, filters: [RouteFilter.mirror(RouteBackend.named('copy', { port: 1 }))] })).toBe(
      '',
    );
  });

  it.each<[string, HttpRouteRule]>([
    ['it sends requests nowhere', {}],
    ['it redirects, and has backends', { backends, filters: [RouteFilter.redirect({ port: 1 })] }],
    ['it redirects and rewrites', { filters: [RouteFilter.redirect({}), RouteFilter.rewrite({})] }],
    [
      'filter RequestHeaderModifier is there more than once',
      { backends, filters: [RouteFilter.requestHeaders({}), RouteFilter.requestHeaders({})] },
    ],
    [
      'the rule must have exactly one match, of a path prefix',
      {
        backends,
        matches: [{ path: PathMatch.exact('/a') }],
        filters: [RouteFilter.rewrite({ pathPrefix: '/' })],
      },
    ],
    [
      'has path and pathPrefix',
      { backends, matches: [{}], filters: [RouteFilter.rewrite({ path: '/', pathPrefix: '/' })] },
    ],
    [
      'backendTimeout is longer than timeout',
      { backends, timeout: Duration.seconds(1), backendTimeout: Duration.seconds(2) },
    ],
    ['path "api" does not begin with "/"', { backends, matches: [{ path: PathMatch.prefix('api') }] }],
    ['path "/a//b" has', { backends, matches: [{ path: PathMatch.exact('/a//b') }] }],
    ['path "/a/.." has', { backends, matches: [{ path: PathMatch.exact('/a/..') }] }],
    ['path "/a b" has characters', { backends, matches: [{ path: PathMatch.exact('/a b') }] }],
    ['method "get" is none of HTTP', { backends, matches: [{ method: 'get' }] }],
    ['matches has 65 entries: 64 is the most', { backends, matches: new Array(65).fill({}) }],
    ['the weight of a backend is -1', { backends: [RouteBackend.named('a', { port: 1, weight: -1 })] }],
    ['the port of backend a is 70000', { backends: [RouteBackend.named('a', { port: 70_000 })] }],
  ])('refuses a rule: %s', (message, rule) => {
    expect(http(rule)).toContain(`test/web/route: rules[0]: ${message}`.slice(0, 24));
    expect(http(rule)).toContain(message);
  });

  it.each(['Shop.example.com', '10.0.0.1', 'a.*.com', '', '*'])('refuses host %j', (name) => {
    expect(http({ backends }, [name])).toContain(`hostnames has "${name}"`);
  });

  it('refuses to be served by no gateway, and to have no rules', () => {
    const problems = problemsOf((web) => new HttpRoute(web, 'route', { gateways: [], rules: [] }));
    expect(problems.map((problem) => problem.split(':')[1]?.trim())).toEqual([
      'gateways is empty',
      'rules is empty',
    ]);
  });

  it('refuses backends that are no services, or have no port or several', () => {
    const backend = (kind: string, ports: object[]) =>
      problemsOf((web) => {
        const target = new ApiObject(web, 'api', { apiVersion: 'v1', kind, spec: { ports } });
        new HttpRoute(web, 'route', { gateways, rules: [{ backends: [RouteBackend.service(target)] }] });
      }).join();
    expect(backend('Service', [{ port: 80 }])).toBe('');
    expect(backend('Pod', [])).toBe('test/web/route: rules[0]: test/web/api is a Pod, and not a Service');
    expect(backend('Service', [])).toContain('test/web/api has no port');
    expect(backend('Service', [{ port: 80 }, { port: 81 }])).toContain('has 2 ports: say which');
  });
});

describe('GrpcRoute', () => {
  const grpc = (rule: GrpcRouteRule) =>
    problemsOf((web) => new GrpcRoute(web, 'route', { gateways, rules: [rule] })).join();

  it('sends calls of a service and method', () => {
    const { spec } = objectOf(
      'GRPCRoute',
      (web) =>
        new GrpcRoute(web, 'route', {
          gateways,
          rules: [
            {
              matches: [
                { service: 'shop.v1.Orders', method: 'Place' },
                { headers: { a: TextMatch.exact('b') } },
              ],
              backends,
            },
          ],
        }),
    );
    expect(spec.rules).toEqual([
      {
        matches: [
          { method: { type: 'Exact', service: 'shop.v1.Orders', method: 'Place' } },
          { headers: [{ name: 'a', type: 'Exact', value: 'b' }] },
        ],
        backendRefs: [{ name: 'api', port: 80 }],
      },
    ]);
  });

  it('refuses names that gRPC does not have, filters of HTTP, and calls that go nowhere', () => {
    expect(grpc({ backends, matches: [{ service: 'a-b' }] })).toContain('"a-b" is no name of a gRPC service');
    expect(grpc({ backends, matches: [{ method: 'a.b' }] })).toContain('"a.b" is no name of a gRPC method');
    expect(grpc({ backends, filters: [RouteFilter.rewrite({})] })).toContain('URLRewrite is for HTTP only');
    expect(grpc({ backends: [] })).toContain('it sends calls nowhere');
  });
});
