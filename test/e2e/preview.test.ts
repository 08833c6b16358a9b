/** Previews of a work tree: made, brought up to date, listed, taken away, by the command line on both clusters. */
import { expect, it } from 'vitest';
import { editAs, live, onBothClusters, unique } from './clusters.ts';
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

  it('never takes or deletes a namespace that it did not make', async () => {
    const { made, prefix, preview, get, namespace } = bench();
    made.project.commit('A shop', { 'main.ts': shop(namespace, prefix) });
    const at = `${prefix}-taken`;
    await cluster().client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: at } });
    const refused = await preview('up', '--name', 'taken');
    expect([refused.exit, refused.stderr]).toEqual([5, expect.stringContaining('PREVIEW_NAMESPACE_TAKEN')]);
    expect(await get('ConfigMap', 'v1', 'settings', at)).toBeUndefined();
    expect((await preview('down', '--name', 'taken')).exit).toBe(0);
    expect((await get('Namespace', 'v1', at, ''))?.metadata.deletionTimestamp).toBeUndefined();
  });

  it('is refused where there are as many as there may be, until time has passed for one', async () => {
    const { made, prefix, preview, get, namespace } = bench();
    made.project.commit('A shop', { 'main.ts': shop(namespace, prefix) });
    for (const name of ['a', 'b']) expect((await preview('up', '--name', name)).exit).toBe(0);
    const third = await preview('up', '--name', 'c');
    expect([third.exit, third.stderr]).toEqual([5, expect.stringContaining('PREVIEW_LIMIT')]);
    expect(await get('Namespace', 'v1', `${prefix}-c`, '')).toBeUndefined();
    // Those that there are may be brought up to date.
    expect((await preview('up', '--name', 'a')).exit).toBe(0);

    expect((await preview('sweep')).result.previews).toEqual([]);
    const reference = { apiVersion: 'v1', kind: 'Namespace', name: `${prefix}-a` };
    await editAs(cluster(), 'tests', reference, {
      metadata: { annotations: { 'preview.truekeel.dev/expires': '2020-01-01T00:00:00Z' } },
    });
    const swept = await preview('sweep');
    expect(swept.result.previews).toMatchObject([{ name: 'a', because: 'expired', status: 'going' }]);
    const left = await get('Namespace', 'v1', `${prefix}-a`, '');
    expect(left === undefined || left.metadata.deletionTimestamp !== undefined).toBe(true);
    expect((await get('Namespace', 'v1', `${prefix}-b`, ''))?.metadata.deletionTimestamp).toBeUndefined();
  });

  it('waits for nothing that is still being deleted, and says so', async () => {
    const { made, prefix, preview, namespace } = bench();
    made.project.commit('A shop', { 'main.ts': shop(namespace, prefix) });
    expect((await preview('up', '--name', 'ada')).exit).toBe(0);
    const finalizers = ['example.com/wait'];
    const waiting = { apiVersion: 'v1', kind: 'ConfigMap', name: 'waits', namespace: `${prefix}-ada` };
    const { name, namespace: at } = waiting;
    await cluster().client.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: at, finalizers },
    });
    expect((await preview('down', '--name', 'ada')).exit).toBe(0);
    const again = await preview('up', '--name', 'ada');
    expect([again.exit, again.stderr]).toEqual([6, expect.stringContaining('PREVIEW_GOING')]);
    expect((await preview('list')).result.previews).toMatchObject([{ name: 'ada', status: 'going' }]);
    await editAs(cluster(), 'tests', waiting, { metadata: { finalizers: null } });
  });

  it('writes nothing of a kind that only the cluster knows to be everybody’s', async () => {
    const { made, prefix, preview, namespace } = bench();
    const group = `${unique('g')}.example.com`;
    const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
    await cluster().client.create({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `realms.${group}` },
      spec: {
        group,
        scope: 'Cluster',
        names: { plural: 'realms', singular: 'realm', kind: 'Realm', listKind: 'RealmList' },
        versions: [{ name: 'v1', served: true, storage: true, schema }],
      },
    });
    const established = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      name: `realms.${group}`,
    };
    for (;;) {
      const conditions = (await live(cluster(), established))?.status?.conditions ?? [];
      if (
        conditions.some(
          (one: { type: string; status: string }) => one.type === 'Established' && one.status === 'True',
        )
      )
        break;
    }
    const objects = ['Realm', 'Unheard']
      .map(
        (kind) =>
          `new ApiObject(web, '${kind.toLowerCase()}', { apiVersion: '${group}/v1', kind: '${kind}', metadata: { name: 'x' } });`,
      )
      .join('\n');
    const text = shop(namespace, prefix).replace('const back =', `${objects}\nconst back =`);
    made.project.commit('A shop', { 'main.ts': text });
    const { exit, stderr, result } = await preview('up', '--name', 'ada');
    expect(exit, stderr).toBe(0);
    expect(result.left?.map(({ key }) => key.split(' ')[0])).toEqual([
      'ClusterRole.rbac.authorization.k8s.io',
      `Realm.${group}`,
      `Unheard.${group}`,
    ]);
    expect(await live(cluster(), { apiVersion: `${group}/v1`, kind: 'Realm', name: 'x' })).toBeUndefined();
  });

  it('is of what has previews, and by a name that can be', async () => {
    const { made, prefix, preview, namespace } = bench();
    made.project.commit('A shop', { 'main.ts': shop(namespace, prefix) });
    for (const name of ['7', 'Ada', 'a_b', '-a']) {
      const { exit, stderr } = await preview('up', '--name', name);
      expect([exit, stderr]).toEqual([3, expect.stringContaining('INVALID_FLAG')]);
    }
    const unnamed = await preview('up');
    expect([unnamed.exit, unnamed.stderr]).toEqual([3, expect.stringContaining('NO_PREVIEW_NAMED')]);
    const none = shop(namespace, prefix).replace(/previews: \{[^}]*\{label\}-\{preview\}[^}]*\},/, '');
    made.project.commit('No previews', { 'main.ts': none });
    const without = await preview('up', '--name', 'ada');
    expect([without.exit, without.stderr]).toEqual([3, expect.stringContaining('NO_PREVIEWS')]);
    const wrong = shop(namespace, prefix, "containerDefaults: {}, secrets: ['Not A Name'],");
    made.project.commit('Wrong', { 'main.ts': wrong });
    const invalid = await preview('up', '--name', 'ada');
    expect([invalid.exit, invalid.stderr]).toEqual([4, expect.stringContaining('INVALID_PREVIEWS')]);
  });
});
