/** What clients rarely ask, and servers answer all the same. */
import { APPS, apply, CORE, configMap, get, patch, post, put } from './requests.ts';
import type { ParityRequest, Sequence } from './sequence.ts';

const json = (path: string, body: unknown): ParityRequest => patch(path, body, 'application/json-patch+json');
const strategic = (path: string, body: unknown): ParityRequest =>
  patch(path, body, 'application/strategic-merge-patch+json');
const dep = (name: string, template: object = {}, spec: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'c', image: 'x:1' }], ...template },
    },
    ...spec,
  },
});

export const unusual: readonly Sequence[] = [
  {
    name: 'applies that divide lists between managers',
    requests: [
      apply(
        `${APPS}/deployments/d`,
        dep('d', {
          containers: [
            {
              name: 'a',
              image: 'x:1',
              env: [
                { name: 'A', value: '1' },
                { name: 'B', value: '2' },
              ],
              ports: [
                { containerPort: 80, name: 'http' },
                { containerPort: 80, protocol: 'UDP' },
              ],
            },
            { name: 'b', image: 'y:1' },
          ],
          volumes: [{ name: 'v', emptyDir: {} }],
          tolerations: [{ key: 'a', operator: 'Exists' }],
        }),
      ),
      apply(
        `${APPS}/deployments/d`,
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'd', labels: { x: 'y' } },
          spec: {
            template: {
              spec: {
                containers: [
                  {
                    name: 'a',
                    env: [{ name: 'C', value: '3' }],
                    resources: { limits: { cpu: '1000m', memory: '1024Mi' } },
                  },
                ],
              },
            },
          },
        },
        'fieldManager=two',
      ),
      apply(
        `${APPS}/deployments/d`,
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'd' },
          spec: {
            template: {
              spec: {
                containers: [{ name: 'a', env: [{ name: 'A', value: '9' }], image: 'z:1' }],
                tolerations: [{ key: 'b', operator: 'Exists' }],
              },
            },
          },
        },
        'fieldManager=three',
      ),
      apply(
        `${APPS}/deployments/d`,
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'd' },
          spec: {
            template: {
              spec: {
                containers: [{ name: 'a', env: [{ name: 'A', value: '9' }], image: 'z:1' }],
                tolerations: [{ key: 'b', operator: 'Exists' }],
              },
            },
          },
        },
        'fieldManager=three&force=true',
      ),
      apply(
        `${APPS}/deployments/d`,
        dep('d', { containers: [{ name: 'a', image: 'x:1', env: [{ name: 'B', value: '2' }] }] }),
      ),
      apply(
        `${APPS}/deployments/d`,
        dep('d', {
          containers: [
            {
              name: 'a',
              image: 'z:1',
              env: [
                { name: 'B', value: '2' },
                { name: 'B', value: '3' },
              ],
            },
          ],
        }),
        'fieldManager=one&force=true',
      ),
      apply(
        `${APPS}/deployments/d`,
        dep('d', {
          containers: [
            { name: 'a', image: 'z:1' },
            { name: 'a', image: 'z:2' },
          ],
        }),
        'fieldManager=one&force=true',
      ),
      apply(
        `${APPS}/deployments/d`,
        dep('d', { containers: [{ image: 'z:1' }] }),
        'fieldManager=one&force=true',
      ),
      apply(
        `${APPS}/deployments/d`,
        { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' } },
        'fieldManager=two',
      ),
      apply(
        `${APPS}/deployments/d`,
        { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' } },
        'fieldManager=three',
      ),
      get(`${APPS}/deployments/d`),
    ],
  },
  {
    name: 'applies of metadata, of text in YAML and of what is none',
    requests: [
      apply(
        `${CORE}/configmaps/a`,
        configMap(
          'a',
          { a: '1' },
          { finalizers: ['e.org/a', 'e.org/b'], labels: { l: '1' }, annotations: { 'an/x': '1' } },
        ),
      ),
      apply(
        `${CORE}/configmaps/a`,
        configMap('a', { b: '1' }, { finalizers: ['e.org/b', 'e.org/c'] }),
        'fieldManager=two',
      ),
      apply(`${CORE}/configmaps/a`, configMap('a', { a: '1' }, { finalizers: ['e.org/a'] })),
      apply(
        `${CORE}/configmaps/a`,
        configMap(
          'a',
          { a: '1' },
          {
            ownerReferences: [
              { apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: '11111111-1111-1111-1111-111111111111' },
            ],
          },
        ),
      ),
      apply(
        `${CORE}/configmaps/a`,
        configMap('a', { a: '1' }, { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'o' }] }),
      ),
      apply(`${CORE}/configmaps/a`, configMap('a', { a: null })),
      apply(`${CORE}/configmaps/a`, configMap('a', { a: '1' }, { managedFields: [] })),
      apply(`${CORE}/configmaps/a`, configMap('a', { a: '1' }, { resourceVersion: '1' })),
      apply(
        `${CORE}/configmaps/a`,
        configMap('a', { a: '1' }, { uid: '22222222-1111-1111-1111-111111111111' }),
      ),
      apply(`${CORE}/configmaps/a`, configMap('a', { a: '1' }, { namespace: 'other' })),
      apply(
        `${CORE}/configmaps/new`,
        configMap('new', { a: '1' }, { uid: '22222222-1111-1111-1111-111111111111' }),
      ),
      apply(`${CORE}/configmaps/new`, configMap('new', { a: '1' }, { resourceVersion: '5' })),
      apply(`${CORE}/configmaps/new`, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'new', creationTimestamp: null },
        data: {},
      }),
      apply(`${CORE}/configmaps/new`, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'new' },
        data: { x: '1', y: '' },
        binaryData: { z: 'AAEC' },
      }),
      apply(`${CORE}/configmaps/new`, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'new' },
        data: { 'bad key': '1' },
      }),
      apply(`${CORE}/configmaps/new`, { kind: 'ConfigMap', metadata: { name: 'new' } }),
      apply(`${CORE}/configmaps/new`, { apiVersion: 'v1', metadata: { name: 'new' } }),
      apply(
        `${CORE}/configmaps/new`,
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: new}\ndata:\n  yes: "no"\n  n: |\n    lines\n    more\n',
      ),
      apply(
        `${CORE}/configmaps/new`,
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: new}\ndata:\n  a: 5\n',
      ),
      get(`${CORE}/configmaps/new`),
      get(`${CORE}/configmaps/a`),
      json(`${CORE}/configmaps/a`, [{ op: 'remove', path: '/metadata/finalizers' }]),
    ],
  },
  {
    name: 'applies of what is below an object',
    requests: [
      apply(`${APPS}/deployments/d`, dep('d', {}, { replicas: 2 })),
      apply(
        `${APPS}/deployments/d/status`,
        { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, status: { replicas: 2 } },
        'fieldManager=ctl',
      ),
      apply(
        `${APPS}/deployments/d/scale`,
        { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'd' }, spec: { replicas: 5 } },
        'fieldManager=hpa',
      ),
      apply(
        `${APPS}/deployments/d/scale`,
        { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'd' }, spec: { replicas: 5 } },
        'fieldManager=hpa&force=true',
      ),
      put(`${APPS}/deployments/d/scale`, {
        apiVersion: 'autoscaling/v1',
        kind: 'Scale',
        metadata: { name: 'd', namespace: '$NS' },
        spec: { replicas: 1 },
      }),
      patch(`${APPS}/deployments/d/scale?fieldManager=z`, { spec: { replicas: -1 } }),
      get(`${APPS}/deployments/d`),
      apply(`${APPS}/deployments/d`, dep('d')),
      get(`${APPS}/deployments/d/scale`),
      put(`${APPS}/deployments/d/status`, dep('d', {}, { replicas: 9 })),
      get(`${APPS}/deployments/d`),
    ],
  },
  {
    name: 'creations, replacements and patches that are nearly right',
    requests: [
      post(`${CORE}/configmaps`, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { generateName: 'g-', name: 'fixed' },
      }),
      post(`${CORE}/configmaps`, { metadata: { name: 'x' } }),
      post(`${CORE}/configmaps`, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x2' } }),
      post(`${CORE}/configmaps`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} }),
      post(`${CORE}/configmaps`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'UPPER' } }),
      post(`${CORE}/configmaps`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } }),
      post(
        `${CORE}/configmaps`,
        configMap('x3', { a: '1' }, { labels: { 'bad key!': 'v' }, annotations: { 'also bad!': 'v' } }),
      ),
      post(`${CORE}/configmaps`, configMap('x3', { a: '1' }, { labels: { good: 'bad value!' } })),
      post(`${CORE}/configmaps`, configMap('x3', { a: 1 })),
      post(`${CORE}/configmaps`, configMap('x3', { a: '1' }, { resourceVersion: '7' })),
      post(`${CORE}/configmaps?fieldValidation=Strict`, {
        ...configMap('x4'),
        extra: 1,
        data: { a: '1' },
        more: {},
      }),
      post(`${CORE}/configmaps?fieldValidation=Warn`, { ...configMap('x4'), extra: 1 }),
      post(`${CORE}/configmaps?fieldValidation=Ignore`, { ...configMap('x5'), extra: 1 }),
      post(`${CORE}/configmaps?fieldValidation=Nope`, configMap('x6')),
      post(`${CORE}/configmaps?dryRun=Yes`, configMap('x6')),
      post(`${CORE}/configmaps?fieldManager=${'m'.repeat(130)}`, configMap('x6')),
      post(
        `${CORE}/configmaps`,
        '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"dup"},"data":{"a":"1","a":"2"}}',
      ),
      post(
        `${CORE}/configmaps?fieldValidation=Strict`,
        '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"dup2"},"data":{"a":"1","a":"2"}}',
      ),
      post(`${CORE}/configmaps`, { apiVersion: 'v1', kind: 'List', items: [] }),
      post(`/api/v1/namespaces/default/configmaps`, configMap('x', {}, { namespace: '$NS' })),
      post(`/api/v1/namespaces/absent/configmaps`, configMap('x')),
      put(`${CORE}/configmaps/x`, configMap('y')),
      put(`${CORE}/configmaps/x`, configMap('x', { z: '1' })),
      put(`${CORE}/configmaps/x`, configMap('x', { z: '1' }, { resourceVersion: '1' })),
      put(`${CORE}/configmaps/absent`, configMap('absent')),
      put(`${CORE}/configmaps/absent2`, configMap('absent2', {}, { resourceVersion: '4' })),
      put(
        `${CORE}/configmaps/x`,
        configMap('x', { z: '1' }, { uid: '11111111-1111-1111-1111-111111111111' }),
      ),
      patch(`${CORE}/configmaps/x`, { data: { z: null, q: '1' }, metadata: { labels: { a: 'b' } } }),
      patch(`${CORE}/configmaps/x`, { metadata: { uid: '11111111-1111-1111-1111-111111111111' } }),
      patch(`${CORE}/configmaps/x`, { metadata: { resourceVersion: '3' }, data: { q: '2' } }),
      patch(`${CORE}/configmaps/x`, [1]),
      patch(`${CORE}/configmaps/nothere`, {}),
      json(`${CORE}/configmaps/x`, [
        { op: 'test', path: '/data/q', value: '1' },
        { op: 'add', path: '/data/~1x', value: '2' },
        { op: 'copy', from: '/data/q', path: '/data/w' },
        { op: 'move', from: '/data/w', path: '/data/v' },
      ]),
      json(`${CORE}/configmaps/x`, [{ op: 'test', path: '/data/q', value: 'nope' }]),
      json(`${CORE}/configmaps/x`, [{ op: 'remove', path: '/data/none' }]),
      json(`${CORE}/configmaps/x`, [{ op: 'replace', path: '/data/none', value: '1' }]),
      json(`${CORE}/configmaps/x`, [{ op: 'frob', path: '/data/none', value: '1' }]),
      json(`${CORE}/configmaps/x`, { op: 'add' }),
      strategic(`${CORE}/configmaps/x`, { data: { q: null, r: '1' } }),
      strategic(`${CORE}/configmaps/x`, { data: { $patch: 'replace', only: '1' } }),
      get(`${CORE}/configmaps/x`),
    ],
  },
];
