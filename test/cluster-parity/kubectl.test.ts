/** kubectl, as it is, works against the embedded cluster. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cluster, startCluster } from '../../lib/cluster/index.ts';
import { describeOnControlPlane } from '../controlplane/suite.ts';

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: 'example/web:1', ports: [{containerPort: 80}]}]}
`;
const DEFINITION = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.org}
spec:
  group: example.org
  scope: Namespaced
  names: {plural: widgets, kind: Widget, shortNames: [wd]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}, scale: {specReplicasPath: .spec.size, statusReplicasPath: .status.size}}
    additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.size}]
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec: {type: object, properties: {size: {type: integer, default: 3, description: how big}}}
          status: {type: object, x-kubernetes-preserve-unknown-fields: true}
---
apiVersion: example.org/v1
kind: Widget
metadata: {name: a}
spec: {}
`;

let cluster: Cluster;
let directory: string;

beforeAll(async () => {
  cluster = await startCluster({ users: [{ name: 'guest', token: 'guest-token' }] });
  directory = mkdtempSync(join(tmpdir(), 'truekeel-kubectl-'));
  writeFileSync(join(directory, 'admin.yaml'), cluster.kubeconfig());
  writeFileSync(join(directory, 'guest.yaml'), cluster.kubeconfig('guest'));
});

afterAll(async () => {
  await cluster.stop();
  rmSync(directory, { recursive: true });
});

// It is the control plane that brings kubectl; nothing here talks to it.
describeOnControlPlane(
  'kubectl against the embedded cluster',
  (controlPlane) => {
    async function kubectl(line: string, { input = '', user = 'admin' } = {}) {
      const child = spawn(controlPlane().connection.kubectl ?? 'kubectl', line.split(' '), {
        env: { ...process.env, KUBECONFIG: join(directory, `${user}.yaml`), HOME: directory },
      });
      child.stdin.end(input);
      const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
      const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
      return { stdout, stderr, code: await exit };
    }

    const inNamespace = async (name: string) => {
      expect((await kubectl(`create namespace ${name}`)).stdout).toBe(`namespace/${name} created\n`);
      return `-n ${name}`;
    };

    test('takes lists of objects, and says of a kind that is not served what is known of it', async () => {
      const ns = await inNamespace('lists');
      const item = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { a: '1' } };
      const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [item] });
      expect(await kubectl(`${ns} apply -f -`, { input: list })).toMatchObject({
        stdout: 'configmap/a created\n',
        stderr: '',
      });
      const unknown = await kubectl(`${ns} apply -f -`, {
        input: JSON.stringify({ apiVersion: 'example.com/v1', kind: 'Unknown', metadata: { name: 'a' } }),
      });
      expect(unknown.stderr).toContain('no matches for kind "Unknown" in version "example.com/v1"');
    });

    test('applies on the server, waits, shows, scales, rolls out and deletes a Deployment', async () => {
      const ns = await inNamespace('workload');
      const apply = () => kubectl(`${ns} apply --server-side -f -`, { input: DEPLOYMENT });
      expect(await apply()).toMatchObject({ stdout: 'deployment.apps/web serverside-applied\n', code: 0 });
      expect(await kubectl(`${ns} wait deploy/web --for=condition=Available --timeout=30s`)).toMatchObject({
        code: 0,
      });
      expect(await kubectl(`${ns} diff --server-side -f -`, { input: DEPLOYMENT })).toMatchObject({
        stdout: '',
        code: 0,
      });
      const other = DEPLOYMENT.replace('example/web:1', 'example/web:2');
      const diff = await kubectl(`${ns} diff --server-side -f -`, { input: other });
      expect(diff.code).toBe(1);
      expect(diff.stdout).toContain('+      - image: example/web:2');
      expect((await kubectl(`${ns} get deployment web --no-headers`)).stdout).toMatch(
        /^web\s+2\/2\s+2\s+2\s+\S+\n$/,
      );
      expect((await kubectl(`${ns} get pods -o wide`)).stdout).toMatch(
        /^NAME\s+READY\s+STATUS\s+RESTARTS\s+AGE\s+IP\s+NODE/,
      );
      expect((await kubectl(`${ns} scale deploy web --replicas=3`)).stdout).toBe(
        'deployment.apps/web scaled\n',
      );
      expect(await kubectl(`${ns} rollout status deploy/web --timeout=30s`)).toMatchObject({ code: 0 });
      const taken = await apply();
      expect(taken.code).toBe(1);
      expect(taken.stderr).toContain(
        'conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
      );
      expect((await kubectl(`${ns} describe deploy web`)).stdout).toContain(
        '3 desired | 3 updated | 3 total | 3 available',
      );
      expect((await kubectl(`${ns} logs deploy/web`)).stdout).toContain('started');
      expect((await kubectl(`${ns} delete deploy web --cascade=foreground`)).stdout).toContain('deleted');
      expect((await kubectl(`${ns} get pods,rs`)).stderr).toBe('No resources found in workload namespace.\n');
    });

    test('applies on the client, labels, annotates and patches', async () => {
      const ns = await inNamespace('client');
      const apply = (input: string) => kubectl(`${ns} apply -f -`, { input });
      expect((await apply(DEPLOYMENT)).stdout).toBe('deployment.apps/web created\n');
      expect((await apply(DEPLOYMENT)).stdout).toBe('deployment.apps/web unchanged\n');
      expect((await apply(DEPLOYMENT.replace('replicas: 2', 'replicas: 1'))).stdout).toBe(
        'deployment.apps/web configured\n',
      );
      expect((await kubectl(`${ns} label deploy web tier=front`)).stdout).toBe(
        'deployment.apps/web labeled\n',
      );
      expect((await kubectl(`${ns} annotate deploy web note=x`)).stdout).toBe(
        'deployment.apps/web annotated\n',
      );
      expect((await kubectl(`${ns} get deploy -l tier=front -o name`)).stdout).toBe('deployment.apps/web\n');
      const image = '{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"example/web:9"}]}}}}';
      expect((await kubectl(`${ns} patch deploy web -p ${image}`)).stdout).toBe(
        'deployment.apps/web patched\n',
      );
      const shown = await kubectl(
        `${ns} get deploy web -o jsonpath={.spec.template.spec.containers[0].ports[0].containerPort}`,
      );
      expect(shown.stdout).toBe('80');
    });

    test('explains and lists built-in and custom kinds', async () => {
      expect((await kubectl('api-resources')).stdout).toMatch(
        /deployments\s+deploy\s+apps\/v1\s+true\s+Deployment/,
      );
      expect((await kubectl('explain deployment.spec.replicas')).stdout).toContain(
        'FIELD: replicas <integer>',
      );
      expect(await kubectl('apply --server-side -f -', { input: DEFINITION.split('---')[0]! })).toMatchObject(
        { code: 0 },
      );
      expect(
        await kubectl('wait --for=condition=Established crd/widgets.example.org --timeout=10s'),
      ).toMatchObject({ code: 0 });
      expect(await kubectl('apply --server-side -f -', { input: DEFINITION })).toMatchObject({ code: 0 });
      expect((await kubectl('get wd')).stdout).toMatch(/^NAME\s+SIZE\na\s+3\n$/);
      expect((await kubectl('explain widget.spec.size')).stdout).toContain('how big');
      expect((await kubectl('scale wd/a --replicas=5')).stdout).toBe('widget.example.org/a scaled\n');
      expect((await kubectl('get wd a -o jsonpath={.spec.size}')).stdout).toBe('5');
      expect(await kubectl('delete crd widgets.example.org')).toMatchObject({ code: 0 });
      expect((await kubectl('get wd')).code).toBe(1);
    });

    test('tells what a user may do, and names verb and resource when it is not allowed', async () => {
      expect(await kubectl('auth can-i create deployments')).toMatchObject({ stdout: 'yes\n', code: 0 });
      expect(await kubectl('auth can-i create deployments', { user: 'guest' })).toMatchObject({
        stdout: 'no\n',
        code: 1,
      });
      expect(
        (await kubectl('auth whoami -o jsonpath={.status.userInfo.username}', { user: 'guest' })).stdout,
      ).toBe('guest');
      expect((await kubectl('get pods', { user: 'guest' })).stderr).toBe(
        'Error from server (Forbidden): pods is forbidden: User "guest" cannot list resource "pods" in API group "" in the namespace "default"\n',
      );
      await kubectl('create rolebinding guests --clusterrole=view --user=guest');
      expect(await kubectl('auth can-i list pods', { user: 'guest' })).toMatchObject({
        stdout: 'yes\n',
        code: 0,
      });
      expect(await kubectl('get pods', { user: 'guest' })).toMatchObject({ code: 0 });
    });

    test('removes a namespace with all that is in it', async () => {
      const ns = await inNamespace('short');
      await kubectl(`${ns} create configmap x --from-literal=a=b`);
      await kubectl(`${ns} create deployment web --image=example/web:1`);
      expect(await kubectl('delete namespace short --timeout=30s')).toMatchObject({ code: 0 });
      expect((await kubectl('get namespace short')).stderr).toContain('namespaces "short" not found');
      expect((await kubectl(`${ns} get all,configmaps`)).stderr).toBe(
        'No resources found in short namespace.\n',
      );
    });

    test('refuses what is wrong before and after it is sent', async () => {
      const wrong = DEPLOYMENT.replace('replicas: 2', 'replicaz: 2');
      expect((await kubectl('create -f -', { input: wrong })).stderr).toContain(
        'strict decoding error: unknown field "spec.replicaz"',
      );
      expect((await kubectl('create configmap Wrong_Name')).stderr).toContain(
        'a lowercase RFC 1123 subdomain must consist of',
      );
      expect((await kubectl('get nonsense')).stderr).toBe(
        'error: the server doesn\'t have a resource type "nonsense"\n',
      );
    });
  },
  { nodes: 'none' },
);
