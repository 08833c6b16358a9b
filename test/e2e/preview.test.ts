/** Previews of a work tree: made, brought up to date, listed, taken away, by the command line on both clusters. */
import { expect, it } from 'vitest';
import { live, onBothClusters, unique } from './clusters.ts';
import { Workbench } from './workbench.ts';

/** A shop in two namespaces, with what has to change in a preview. */
function shop(namespace: string, prefix: string, more = '', greeting = 'hello'): string {
  const text = (value: unknown) => JSON.stringify(value);
  return `
import { ApiObject, Duration } from 'cdk8s';
import { App, Application, Environment } from 'truekeel';
const app = new App();
const staging = new Environment(app, 'staging', {
  namespace: '${namespace}',
  previews: {
    namespacePrefix: '${prefix}',
    url: 'https://{label}-{preview}.preview.example.com',
    timeToLive: Duration.hours(2),
    max: 2,
    ${more}
  },
});
const web = new Application(staging, 'web', { createNamespace: true });
new ApiObject(web, 'settings', ${text({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings' },
    data: { greeting, api: `http://api.${namespace}-back.svc:80`, site: 'https://shop.example.com/' },
  })});
new ApiObject(web, 'ingress', ${text({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'web' },
    spec: {
      rules: [
        {
          host: 'shop.example.com',
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend: { service: { name: 'api', port: { number: 80 } } } },
            ],
          },
        },
      ],
    },
  })});
new ApiObject(web, 'role', ${text({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: `${namespace}-reader` },
    rules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['list'] }],
  })});
const back = new Application(staging, 'back', { namespace: '${namespace}-back', createNamespace: true });
new ApiObject(back, 'api', ${text({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'api' },
    spec: { selector: { app: 'api' }, ports: [{ port: 80 }] },
  })});
new ApiObject(back, 'deployment', ${text({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'api' },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'api' } },
      template: {
        metadata: { labels: { app: 'api' } },
        spec: {
          containers: [{ name: 'main', image: 'registry.k8s.io/pause:3.9' }],
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        },
      },
    },
  })});
app.synth();
`;
}

onBothClusters('a preview', (cluster) => {
  function bench() {
    const made = new Workbench(cluster());
    const prefix = unique('p');
    const flags = ['--no-typecheck', '--kubeconfig', cluster().kubeconfig];
    const preview = (action: string, ...more: readonly string[]) =>
      made.json('preview', [action, ...flags, ...more]);
    const get = (kind: string, apiVersion: string, name: string, namespace: string) =>
      live(cluster(), { apiVersion, kind, name, namespace });
    return { made, prefix, preview, get, namespace: made.namespace };
  }

  it('of the work tree has everything in one namespace, on hosts of its own, and bounded', async () => {
    const { made, prefix, preview, get, namespace } = bench();
    made.project.commit('A shop', { 'main.ts': shop(namespace, prefix) });
    const { exit, stderr, result } = await preview('up', '--name', 'ada');
    expect(exit, stderr).toBe(0);
    const at = `${prefix}-ada`;
    expect(result.previews).toMatchObject([
      {
        name: 'ada',
        namespace: at,
        environment: 'staging',
        status: 'ready',
        urls: ['https://shop-ada.preview.example.com'],
      },
    ]);
    expect(result.left).toEqual([
      expect.objectContaining({ key: `ClusterRole.rbac.authorization.k8s.io ${namespace}-reader` }),
    ]);
    expect((await get('ConfigMap', 'v1', 'settings', at))?.data).toEqual({
      greeting: 'hello',
      api: `http://api.${at}.svc:80`,
      site: 'https://shop-ada.preview.example.com/',
    });
    const ingress = await get('Ingress', 'networking.k8s.io/v1', 'web', at);
    expect(ingress?.spec.rules[0].host).toBe('shop-ada.preview.example.com');
    const quota = await get('ResourceQuota', 'v1', 'truekeel-preview', at);
    expect(quota?.spec.hard).toMatchObject({
      pods: '20',
      'requests.cpu': '2',
      'services.loadbalancers': '0',
    });
    expect(await get('LimitRange', 'v1', 'truekeel-preview', at)).toBeDefined();
    // Nothing went to where the base is.
    expect(await get('Namespace', 'v1', namespace, '')).toBeUndefined();
    expect(
      await get('ClusterRole', 'rbac.authorization.k8s.io/v1', `${namespace}-reader`, ''),
    ).toBeUndefined();
    const made2 = await get('Namespace', 'v1', at, '');
    expect(made2?.metadata.labels).toMatchObject({
      'truekeel.dev/preview': 'ada',
      'pod-security.kubernetes.io/enforce': 'baseline',
    });

    // Brought up to date, it is the same one with what changed.
    made.project.commit('Say more', { 'main.ts': shop(namespace, prefix, '', 'good day') });
    const again = await preview('up', '--name', 'ada');
    expect(again.exit, again.stderr).toBe(0);
    expect(again.result.actions).toMatchObject({ create: 0, change: 1, delete: 0 });
    expect((await get('ConfigMap', 'v1', 'settings', at))?.data.greeting).toBe('good day');
    expect((await get('Namespace', 'v1', at, ''))?.metadata.uid).toBe(made2?.metadata.uid);

    const listed = await preview('list');
    expect(listed.result.previews.map(({ name }) => name)).toEqual(['ada']);
    const down = await preview('down', '--name', 'ada');
    expect(down.exit, down.stderr).toBe(0);
    expect(down.result.previews).toMatchObject([{ namespace: at, status: 'going' }]);
    const left = await get('Namespace', 'v1', at, '');
    expect(left === undefined || left.metadata.deletionTimestamp !== undefined).toBe(true);
    // Once more changes nothing.
    expect((await preview('down', '--name', 'ada')).exit).toBe(0);
  });
});
