import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { createCertificateAuthority } from '../../lib/cluster/tls/certificate.ts';
import { describeOnControlPlane } from '../controlplane/suite.ts';
import { live, onBothClusters } from './clusters.ts';
import { configMap, program, staging } from './programs.ts';
import { Workbench } from './workbench.ts';

/** Applies with another kubeconfig, which has to fail with nothing written. */
async function fails(
  bench: Workbench,
  kubeconfig: string,
  exit: number,
  says: readonly (string | RegExp)[],
  verbs: readonly string[] = ['plan', 'status', 'diff', 'apply'],
): Promise<void> {
  for (const verb of verbs) {
    const flags = ['--kubeconfig', kubeconfig, ...(verb === 'apply' ? ['--yes'] : [])];
    const outcome = await bench.run(verb, flags);
    expect(outcome.exit, `${verb}: ${outcome.stderr}`).toBe(exit);
    for (const what of says) expect(outcome.stderr).toMatch(what);
    expect(outcome.stderr).not.toContain('mistake in Truekeel');
  }
}

onBothClusters('a cluster', (cluster) => {
  const text = (namespace: string) => staging(namespace, { web: { settings: configMap() } });

  /** A copy of the kubeconfig, rewritten. */
  const rewritten = (bench: Workbench, edit: (kubeconfig: string) => string): string => {
    bench.project.write({ 'edited.kubeconfig': edit(readFileSync(cluster().kubeconfig, 'utf8')) });
    return `${bench.project.directory}/edited.kubeconfig`;
  };
  const absent = async (namespace: string) =>
    expect(await live(cluster(), { apiVersion: 'v1', kind: 'Namespace', name: namespace })).toBeUndefined();

  it('that is not who it should be, or does not know us, is not written to', async () => {
    const bench = new Workbench(cluster());
    await bench.render(text(bench.namespace));
    const other = createCertificateAuthority('another', new Date()).certificatePem;
    const wrongCa = rewritten(bench, (config) =>
      config.replace(
        /("?certificate-authority-data"?: *"?)[A-Za-z0-9+/=]+/,
        `$1${Buffer.from(other).toString('base64')}`,
      ),
    );
    await fails(bench, wrongCa, 3, ['WRONG_CA', cluster().server]);
    const wrongToken = rewritten(bench, (config) =>
      config.replace(/("?token"?: *"?)[\w.-]+/, '$1not-the-token'),
    );
    await fails(bench, wrongToken, 1, ['UNAUTHORIZED', 'Unauthorized'], ['plan', 'apply']);
    await fails(bench, 'no-such-file', 3, ['no-such-file'], ['plan', 'apply']);
    const context = await bench.run('apply', ['--yes', '--context', 'no-such-context']);
    expect(context.exit).toBe(3);
    expect(context.stderr).toContain('no-such-context');
    await absent(bench.namespace);
  });

  it('that gives us no rights is told by verb and resource', async () => {
    const bench = new Workbench(cluster());
    await bench.render(text(bench.namespace));
    await fails(
      bench,
      cluster().guestKubeconfig,
      1,
      ['FORBIDDEN', /list/, /configmaps|namespaces/, /guest/],
      ['plan', 'apply'],
    );
    const doctor = await bench.run('doctor', ['--kubeconfig', cluster().guestKubeconfig]);
    expect(doctor.exit).toBe(1);
    expect(doctor.stdout).toMatch(/may not .*create.*namespaces/);
    await absent(bench.namespace);
  });

  it('other than the one that the environment names is not written to', async () => {
    const bench = new Workbench(cluster());
    const named = "Cluster.fromServer('https://192.0.2.1:6443')";
    const applications = { web: { createNamespace: true, objects: { settings: configMap() } } };
    await bench.render(program({ staging: { namespace: bench.namespace, cluster: named, applications } }));
    await fails(bench, cluster().kubeconfig, 3, [
      'WRONG_CLUSTER',
      'https://192.0.2.1:6443',
      cluster().server,
    ]);
    await absent(bench.namespace);

    const right = `Cluster.fromServer('${cluster().server}')`;
    await bench.render(program({ staging: { namespace: bench.namespace, cluster: right, applications } }));
    expect((await bench.apply()).exit).toBe(0);
  });

  it('that rejects one object gets the others, and is quoted', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    const text = staging(namespace, {
      web: {
        good: configMap(),
        bad: {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { annotations: { 'truekeel.dev/validation': 'off: the cluster is to say it' } },
          spec: { ports: [{ port: 99_999_999 }] },
        },
        unknown: { apiVersion: 'example.com/v1', kind: 'Unheard' },
        last: configMap(),
      },
    });
    await bench.render(text);
    const applied = await bench.apply();
    expect(applied.exit, applied.stderr).toBe(4);
    const errors = applied.result.errors.map(({ code, key, source }) => ({ code, key, line: source?.line }));
    expect(errors).toEqual(
      expect.arrayContaining([
        { code: 'INVALID', key: `Service ${namespace}/bad`, line: expect.any(Number) },
        { code: 'UNKNOWN_KIND', key: `Unheard.example.com ${namespace}/unknown`, line: expect.any(Number) },
      ]),
    );
    expect(applied.stderr).toContain('spec.ports[0].port');
    expect(applied.result.actions.create).toBe(3);
    for (const name of ['good', 'last'])
      expect(await live(cluster(), { apiVersion: 'v1', kind: 'ConfigMap', namespace, name })).toBeDefined();
  });
});

describeOnControlPlane('an expired client certificate', (controlPlane) => {
  it('is named as what it is', async () => {
    const bench = new Workbench(controlPlane());
    await bench.render(staging(bench.namespace, { web: { settings: configMap() } }));
    await fails(
      bench,
      controlPlane().expiredKubeconfig,
      3,
      ['CERTIFICATE_EXPIRED', /expired on 20/],
      ['plan', 'apply'],
    );
  });
});

it('a cluster that cannot be reached is named, with what was tried', async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  // A server's address that has a port.
  const { port } = closed.address() as { readonly port: number };
  await new Promise((resolve) => closed.close(resolve));
  const bench = new Workbench({ kubeconfig: 'unused' });
  const server = `https://127.0.0.1:${port}`;
  bench.project.write({
    'unreachable.kubeconfig': JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'gone', cluster: { server } }],
      users: [],
      contexts: [{ name: 'gone', context: { cluster: 'gone' } }],
      'current-context': 'gone',
    }),
  });
  await bench.render(staging('web', { web: { settings: configMap() } }));
  await fails(
    bench,
    `${bench.project.directory}/unreachable.kubeconfig`,
    1,
    ['UNREACHABLE', server],
    ['apply'],
  );
});
