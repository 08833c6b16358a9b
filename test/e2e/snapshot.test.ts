/** Plans and reviews against a snapshot: what they say is what the cluster would have said, and no cluster is asked. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { packageRoot } from '../../synth/version.ts';
import { editAs, onBothClusters, unique } from './clusters.ts';
import { configMap, staging } from './programs.ts';
import { Workbench } from './workbench.ts';

/** No kubeconfig, and no network to speak of. */
const NOWHERE = { env: { PATH: process.env.PATH, HOME: '/nonexistent' } };

/** The sources of the shop, in a namespace and a group of its own. */
function shop(namespace: string): Readonly<Record<string, string>> {
  const directory = join(packageRoot(), 'examples/shop');
  const files = readdirSync(directory).filter((name) => !name.endsWith('.test.ts'));
  return Object.fromEntries(
    files.map((name) => [
      name,
      readFileSync(join(directory, name), 'utf8')
        .replaceAll("namespace: 'shop'", `namespace: '${namespace}'`)
        .replaceAll("'shop.example.com',\n  version", `'${namespace}.example.com',\n  version`),
    ]),
  );
}

/** One of everything: images, replicas, a setting, an application that leaves, and a namespace that is new. */
function changed(files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const edited = { ...files };
  const edit = (name: string, before: string, after: string) => {
    const text = edited[name] ?? '';
    expect(text, `${name} has ${before}`).toContain(before);
    edited[name] = text.replaceAll(before, after);
  };
  edit('web.ts', 'podinfo:6.7.1', 'podinfo:6.8.0');
  edit('sizes.ts', 'backOffice: true', 'backOffice: false');
  edit('sizes.ts', 'cacheGibibytes: 1,', 'cacheGibibytes: 2,');
  edit('platform.ts', 'pods: 100', 'pods: 120');
  return edited;
}

onBothClusters('a snapshot', (cluster) => {
  const snapshotOf = async (bench: Workbench, flags: readonly string[] = []) => {
    const target = ['--environment', 'staging', '--kubeconfig', cluster().kubeconfig];
    const taken = await bench.json('snapshot', [...target, ...flags]);
    expect(taken.exit, taken.stderr).toBe(0);
    return taken.result;
  };

  it('gives the review of the shop that its cluster gives, and the same plan', {
    timeout: 240_000,
  }, async () => {
    const bench = new Workbench(cluster());
    const { project: at, namespace } = bench;
    const files = shop(namespace);
    at.commit('The shop', files);
    expect((await bench.json('render', ['--no-typecheck'])).exit).toBe(0);
    const applied = await bench.apply(['--yes', '--no-wait']);
    expect(applied.exit, applied.stderr).toBe(0);
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' };
    await editAs(cluster(), 'kubectl-edit', deployment, { metadata: { labels: { team: 'night' } } });
    const { file } = await snapshotOf(bench);

    at.git('checkout', '--quiet', '-b', 'change');
    at.commit('A change', changed(files));
    const review = ['--base', 'main', '--no-typecheck', '--environment', 'staging'];
    const live = await bench.json('review', [...review, '--kubeconfig', cluster().kubeconfig]);
    const held = await bench.json('review', [...review, '--snapshot', file], NOWHERE);
    const [a] = live.result.environments;
    const [b] = held.result.environments;
    expect(a!.actions.change).toBeGreaterThan(1);
    expect(a!.actions.delete).toBeGreaterThan(2);
    expect(a!.approves.kind).toBe('plan');
    const { snapshot, ...same } = b!;
    expect(same).toEqual(a);
    expect(snapshot).toMatchObject({ cautions: [] });
    expect(held.exit).toBe(live.exit);

    at.git('checkout', '--quiet', 'main');
    at.git('merge', '--quiet', '--no-ff', '--message', 'Merge', 'change');
    expect((await bench.json('render', ['--no-typecheck'])).exit).toBe(0);
    const planned = await bench.plan();
    const fromFile = await bench.json('plan', ['--environment', 'staging', '--snapshot', file], NOWHERE);
    expect(planned.result.planDigest).toBe(b!.approves.digest);
    expect(fromFile.result).toMatchObject({
      actions: planned.result.actions,
      changes: planned.result.changes,
      planDigest: planned.result.planDigest,
      cluster: { server: cluster().server },
    });
    const diff = ['diff', '--environment', 'staging'];
    const shown = await at.truekeel([...diff, '--kubeconfig', cluster().kubeconfig]);
    const shownFromFile = await at.truekeel([...diff, '--snapshot', file], NOWHERE);
    expect(shownFromFile.stderr).toBe(shown.stderr);
    expect(shown.stdout).toContain('podinfo:6.8.0');
    const [banner, age, ...rest] = shownFromFile.stdout.split('\n');
    expect([banner, ...rest]).toEqual(shown.stdout.split('\n'));
    expect(age).toMatch(/^A snapshot of /);
  });

  it('says how old it is, and of which cluster, also where the environment goes elsewhere by now', async () => {
    const bench = new Workbench(cluster());
    const { project: at, namespace } = bench;
    await bench.deploy(staging(namespace, { web: { settings: configMap({ a: '1' }) } }));
    const { file, takenAt } = await snapshotOf(bench);
    at.git('checkout', '--quiet', '-b', 'change');
    const moved = staging(namespace, { web: { settings: configMap({ a: '2' }) } }).replace(
      "'staging', {",
      "'staging', { cluster: Cluster.fromServer('https://elsewhere.example.com:6443'),",
    );
    at.commit('A change', { 'main.ts': moved });
    const args = ['review', '--base', 'main', '--no-typecheck', '--snapshot', file];
    const shown = await at.truekeel(args, NOWHERE);
    const day = takenAt.slice(0, 16).replace('T', ' ');
    expect(shown.stdout).toContain(`planned against`);
    expect(shown.stdout).toContain(cluster().server);
    expect(shown.stdout).toMatch(new RegExp(`A snapshot of ${day} UTC, \\d+ minutes? old`));
    const caution = `it is of the cluster ${cluster().server}, and the environment goes to https://elsewhere.example.com:6443`;
    expect(shown.stdout).toContain(caution);
    const named = { env: { ...NOWHERE.env, TRUEKEEL_SNAPSHOT: file } };
    const byVariable = await at.truekeel([...args.slice(0, -2), '--output', 'markdown'], named);
    const comment = (await at.truekeel([...args, '--output', 'markdown'], NOWHERE)).stdout;
    const ageless = (text: string) => text.replace(/\d+ minutes? old/, 'so old');
    expect(ageless(byVariable.stdout)).toBe(ageless(comment));
    expect(comment).toContain(`A snapshot of ${day} UTC`);
    expect(comment).toContain('**Caution:** it is of the cluster');
    const page = join(at.directory, 'page.html');
    await at.truekeel([...args, '--page', page], NOWHERE);
    expect(readFileSync(page, 'utf8')).toContain(`A snapshot of ${day} UTC`);
  });

  it('names webhooks that would be asked, since it cannot ask them', async () => {
    const bench = new Workbench(cluster());
    const { project: at, namespace } = bench;
    await bench.deploy(staging(namespace, { web: { settings: configMap({ a: '1' }) } }));
    const { client } = cluster();
    const name = unique('hook');
    await client.create({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
      metadata: { name },
      webhooks: [
        {
          name: `${name}.example.com`,
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          failurePolicy: 'Ignore',
          clientConfig: { url: 'https://127.0.0.1:1/' },
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'nowhere' } },
          rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['*'], resources: ['configmaps'] }],
        },
      ],
    });
    try {
      const { file } = await snapshotOf(bench);
      at.git('checkout', '--quiet', '-b', 'change');
      at.commit('A change', { 'main.ts': staging(namespace, { web: { settings: configMap({ a: '2' }) } }) });
      const args = ['--base', 'main', '--no-typecheck', '--snapshot', file];
      const { result } = await bench.json('review', args, NOWHERE);
      expect(result.environments[0]!.snapshot!.cautions).toEqual([
        'webhooks or policies of the cluster may change or refuse ConfigMap, and were not asked',
      ]);
    } finally {
      const kind = 'MutatingWebhookConfiguration';
      const resource = await client.resource({ group: 'admissionregistration.k8s.io', version: 'v1', kind });
      await client.delete(resource, { namespace: '', name });
    }
  });

  it('does not say that something is missing where it was not looked', async () => {
    const bench = new Workbench(cluster());
    const { project: at, namespace } = bench;
    await bench.deploy(staging(namespace, { web: { settings: configMap() } }));
    const other = unique('other');
    await cluster().client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: other } });
    await cluster().client.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: other, name: 'there' },
    });
    const without = (await snapshotOf(bench, ['--out', 'without.snapshot'])).file;
    const within = (await snapshotOf(bench, ['--out', 'with.snapshot', '--namespace', other])).file;
    at.git('checkout', '--quiet', '-b', 'change');
    const there = { ...configMap(), metadata: { namespace: other, name: 'there' } };
    at.commit('A change', { 'main.ts': staging(namespace, { web: { settings: configMap(), there } }) });
    const review = async (file: string) => {
      const args = ['--base', 'main', '--no-typecheck', '--snapshot', file];
      return bench.json('review', args, NOWHERE);
    };
    const blind = await review(without);
    expect(blind.exit).toBe(1);
    expect(blind.result.environments[0]!.errors).toMatchObject([
      {
        code: 'FORBIDDEN',
        key: `ConfigMap ${other}/there`,
        hint: `Take the snapshot with --namespace ${other}, or plan against the cluster.`,
      },
    ]);
    const seeing = await review(within);
    expect(seeing.result.environments[0]).toMatchObject({ errors: [], actions: { adopt: 1 } });
  });

  it('has no value of a Secret, and plans that one changes, and one not', async () => {
    const bench = new Workbench(cluster());
    const { project: at, namespace } = bench;
    const secret = (name: string, value: string) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name, namespace },
        stringData: { password: value },
      });
    at.write({
      'files/namespace.yaml': JSON.stringify({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: namespace },
      }),
      'files/same.yaml': secret('same', 'the same all the time'),
      'files/changes.yaml': secret('changes', 'the first of two'),
    });
    const target = ['--files', 'files', '--application', namespace];
    const applied = await bench.json('apply', [...target, '--yes', '--kubeconfig', cluster().kubeconfig]);
    expect(applied.exit, applied.stderr).toBe(0);
    await cluster().client.apply(
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: {
          name: 'by-kubectl',
          namespace,
          annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":"a copy of it all"}' },
        },
        stringData: { password: 'typed by hand' },
      },
      { fieldManager: 'kubectl' },
    );
    const taken = await bench.json('snapshot', [
      ...target,
      '--kubeconfig',
      cluster().kubeconfig,
      '--out',
      'files.snapshot',
    ]);
    expect(taken.exit, taken.stderr).toBe(0);
    const text = gunzipSync(readFileSync(join(at.directory, 'files.snapshot'))).toString('utf8');
    expect(text).toContain('"name":"by-kubectl"');
    for (const value of ['the same all the time', 'the first of two', 'a copy of it all', 'typed by hand']) {
      expect(text).not.toContain(value);
      expect(text).not.toContain(Buffer.from(value).toString('base64'));
    }
    at.write({ 'files/changes.yaml': secret('changes', 'the second of two') });
    const live = await bench.json('plan', [...target, '--kubeconfig', cluster().kubeconfig]);
    const held = await bench.json('plan', [...target, '--snapshot', 'files.snapshot'], NOWHERE);
    expect(held.exit, held.stderr).toBe(0);
    expect(live.result.changes).toMatchObject([{ action: 'change', key: `Secret ${namespace}/changes` }]);
    expect(held.result).toMatchObject({
      actions: live.result.actions,
      planDigest: live.result.planDigest,
      changes: [
        {
          action: 'change',
          key: `Secret ${namespace}/changes`,
          because: 'values not compared: a snapshot has none',
          changes: [],
        },
      ],
    });
    expect(held.stdout).not.toContain('of two');
  });

  it('is refused where it is of another environment, another version, damaged, or none', async () => {
    const bench = new Workbench(cluster());
    const { project: at, namespace } = bench;
    await bench.deploy(staging(namespace, { web: { settings: configMap() } }));
    const { file } = await snapshotOf(bench);
    const bytes = readFileSync(join(at.directory, file));
    const plan = async (flags: readonly string[]) => {
      const { exit, stdout } = await at.truekeel(['plan', ...flags, '-o', 'json'], NOWHERE);
      return { exit, code: JSON.parse(stdout).errors[0].code };
    };
    writeFileSync(join(at.directory, 'cut'), bytes.subarray(0, bytes.length / 2));
    writeFileSync(join(at.directory, 'text'), 'apiVersion: v1\n');
    const named = ['--environment', 'staging', '--snapshot'];
    expect(await plan([...named, 'cut'])).toEqual({ exit: 3, code: 'SNAPSHOT_INVALID' });
    expect(await plan([...named, 'text'])).toEqual({ exit: 3, code: 'SNAPSHOT_INVALID' });
    expect(await plan([...named, 'nowhere'])).toEqual({ exit: 3, code: 'FILE_UNREADABLE' });
    at.write({ 'files/a.yaml': JSON.stringify({ ...configMap(), metadata: { name: 'a', namespace } }) });
    const files = ['--files', 'files', '--application', 'web', '--snapshot', file];
    expect(await plan(files)).toEqual({ exit: 3, code: 'SNAPSHOT_OF_ANOTHER' });
  });
});
