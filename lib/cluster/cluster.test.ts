import { request as httpRequest } from 'node:http';
import { connect } from 'node:http2';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { load } from 'js-yaml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MASTERS } from './auth/user.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { configMap, TestClient } from './testing.ts';

let cluster: Cluster;
let client: TestClient;

beforeAll(async () => {
  cluster = await startCluster({ users: [{ name: 'guest', groups: ['guests'], token: 'guest-token' }] });
  client = new TestClient(cluster);
});

afterAll(async () => {
  client.close();
  await cluster.stop();
});

async function overHttp1(
  options: object,
): Promise<{ readonly status: number | undefined; readonly body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number | undefined; body: string }>();
  const outgoing = request(`${cluster.server}/api/v1/namespaces/default`, {
    ca: cluster.caPem,
    agent: false,
    ...options,
  });
  outgoing.once('error', reject);
  outgoing.once('response', (response) => {
    text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
  });
  outgoing.end();
  return promise;
}

test('HTTP/1.1 and HTTP/2 are both spoken', async () => {
  expect((await client.send('GET', '/version')).body.gitVersion).toBe('v1.37.2+truekeel');
  const answer = await overHttp1({ headers: { authorization: `Bearer ${cluster.token}` } });
  expect(answer.status).toBe(200);
});

test('a client certificate says who is asking', async () => {
  const { certificatePem, privateKeyPem } = cluster.issueCertificate({ name: 'anna', groups: [MASTERS] });
  expect((await overHttp1({ cert: certificatePem, key: privateKeyPem })).status).toBe(200);
  const nobody = cluster.issueCertificate({ name: 'anna', groups: [] });
  const refused = await overHttp1({ cert: nobody.certificatePem, key: nobody.privateKeyPem });
  expect(refused.status).toBe(403);
  expect(JSON.parse(refused.body).message).toBe(
    'namespaces "default" is forbidden: User "anna" cannot get resource "namespaces" in API group "" in the namespace "default"',
  );
});

test('a client certificate is seen over HTTP/2 too', async () => {
  const { certificatePem, privateKeyPem } = cluster.issueCertificate({ name: 'anna', groups: [MASTERS] });
  const session = connect(cluster.server, { ca: cluster.caPem, cert: certificatePem, key: privateKeyPem });
  const stream = session.request({ ':path': '/api/v1/namespaces/default' });
  expect(JSON.parse(await text(stream)).metadata.name).toBe('default');
  session.close();
});

test('a wrong token is 401, none is the anonymous user', async () => {
  expect(await client.send('GET', '/api', undefined, { token: 'wrong' })).toMatchObject({
    status: 401,
    body: { reason: 'Unauthorized', message: 'Unauthorized' },
  });
  expect((await client.send('GET', '/api/v1/pods', undefined, { token: '' })).body.message).toBe(
    'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope',
  );
  expect((await client.send('GET', '/healthz', undefined, { token: '' })).body).toBe('ok');
});

test('an administrator may act as somebody else, with the rights of that one; others may not', async () => {
  const pods = (headers: Record<string, string>) => overHttp1({ path: '/api/v1/pods', headers });
  const admin = { authorization: `Bearer ${cluster.token}` };
  const refused = await pods({ ...admin, 'impersonate-user': 'nobody' });
  expect(refused.status).toBe(403);
  expect(JSON.parse(refused.body).message).toContain('User "nobody" cannot list resource "pods"');
  const asGroup = { 'impersonate-user': 'anna', 'impersonate-group': MASTERS };
  expect((await pods({ ...admin, ...asGroup })).status).toBe(200);
  const guest = await pods({ authorization: 'Bearer guest-token', ...asGroup });
  expect(JSON.parse(guest.body).message).toContain('cannot impersonate resource "users" in API group ""');
});

test('RBAC objects give a user rights, in their namespace only', async () => {
  const token = 'guest-token';
  const pods = (namespace: string) =>
    client
      .send('GET', `/api/v1/namespaces/${namespace}/pods`, undefined, { token })
      .then(({ status }) => status);
  expect(await pods('default')).toBe(403);
  const api = 'rbac.authorization.k8s.io';
  await client.send('POST', `/apis/${api}/v1/namespaces/default/rolebindings`, {
    apiVersion: `${api}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'guests' },
    roleRef: { apiGroup: api, kind: 'ClusterRole', name: 'view' },
    subjects: [{ apiGroup: api, kind: 'Group', name: 'guests' }],
  });
  expect(await pods('default')).toBe(200);
  expect(await pods('kube-system')).toBe(403);
  expect(
    (await client.send('DELETE', '/api/v1/namespaces/default/pods/x', undefined, { token })).status,
  ).toBe(403);
});

test('without TLS it speaks HTTP/1.1 and HTTP/2 with prior knowledge', async () => {
  const plain = await startCluster({ tls: false, controllers: false });
  expect(plain.server).toMatch(/^http:/);
  const headers = { authorization: `Bearer ${plain.token}` };
  const session = connect(plain.server);
  expect(JSON.parse(await text(session.request({ ':path': '/version', ...headers }))).major).toBe('1');
  session.close();
  const { promise, resolve } = Promise.withResolvers<string>();
  httpRequest(`${plain.server}/version`, { headers, agent: false }, (response) =>
    resolve(text(response)),
  ).end();
  expect(JSON.parse(await promise).minor).toBe('37');
  await plain.stop();
});

test('the kubeconfig has one context that reaches the cluster', () => {
  expect(load(cluster.kubeconfig('guest'))).toMatchObject({
    'current-context': 'truekeel',
    clusters: [{ cluster: { server: cluster.server } }],
    users: [{ user: { token: 'guest-token' } }],
  });
  expect(() => cluster.kubeconfig('stranger')).toThrow(RangeError);
});

test('YAML comes back to those who ask for it, a table to those who ask for that', async () => {
  const yaml = await client.send('GET', '/api/v1/namespaces/default', undefined, {
    accept: 'application/yaml',
  });
  expect(load(yaml.body)).toMatchObject({ kind: 'Namespace', metadata: { name: 'default' } });
  const table = await client.send('GET', '/api/v1/namespaces', undefined, {
    accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
  });
  expect(table.body).toMatchObject({
    kind: 'Table',
    columnDefinitions: [{ name: 'Name' }, { name: 'Status' }, { name: 'Age' }],
  });
});

test('what only reads protobuf is told that there is none', async () => {
  const answer = await client.send('GET', '/api/v1/namespaces', undefined, {
    accept: 'application/vnd.kubernetes.protobuf',
  });
  expect(answer).toMatchObject({ status: 406, body: { reason: 'NotAcceptable' } });
});

test('a body that is too large is refused', async () => {
  const huge = configMap('huge', { a: 'x'.repeat(4 * 1024 * 1024) });
  expect((await client.send('POST', '/api/v1/namespaces/default/configmaps', huge)).status).toBe(413);
});

test('two clusters in one process know nothing of each other', async () => {
  const other = await startCluster({ controllers: false });
  const there = new TestClient(other);
  await there.send('POST', '/api/v1/namespaces/default/configmaps', configMap('only-there'));
  expect((await client.send('GET', '/api/v1/namespaces/default/configmaps/only-there')).status).toBe(404);
  there.close();
  await other.stop();
});

test('a field twice in a body is told, or refused when asked to be strict', async () => {
  const body = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"twice"},"data":{"a":"1","a":"2"}}';
  const path = '/api/v1/namespaces/default/configmaps';
  expect(await client.send('POST', `${path}?fieldValidation=Strict`, body)).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('strict decoding error: duplicate field "data.a"') },
  });
  expect((await client.send('POST', path, body)).body.data).toEqual({ a: '2' });
});

test('TCP and UDP of one port share a node port, and a write that comes to nothing takes none', async () => {
  const services = '/api/v1/namespaces/default/services';
  const dns = (name: string, nodePort?: number) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: {
      type: 'NodePort',
      ports: [
        { name: 'tcp', port: 53, ...(nodePort && { nodePort }) },
        { name: 'udp', port: 53, protocol: 'UDP' },
      ],
    },
  });
  const portsOf = ({ body }: { body: { spec: { ports: { nodePort: number }[] } } }) =>
    body.spec.ports.map(({ nodePort }) => nodePort);
  const tried = portsOf(await client.send('POST', `${services}?dryRun=All`, dns('tried')));
  expect(tried[0]).toBe(tried[1]);
  expect((await client.send('POST', services, { ...dns('Wrong Name', tried[0]) })).status).toBe(422);
  const made = await client.send('POST', services, dns('made', tried[0]));
  expect(made.status).toBe(201);
  expect(portsOf(made)).toEqual(tried);
});
