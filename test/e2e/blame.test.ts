import { describe, expect, it } from 'vitest';
import { editAs, embeddedCluster, onBothClusters } from './clusters.ts';
import { configMap, lineOf, type Manifest, staging } from './programs.ts';
import { type Done, Workbench } from './workbench.ts';

const deployment = (replicas: number, image = 'example/web:1', more: object = {}): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image, ...more }] },
    },
  },
});

/** The one field that was asked about. */
function fieldOf({ exit, stderr, result }: Done<'blame'>) {
  expect(exit, stderr).toBe(0);
  expect(result.fields).toHaveLength(1);
  return result.fields[0]!;
}

onBothClusters('blame', (cluster) => {
  /** Three releases, the first two of which are applied. */
  async function released() {
    const bench = new Workbench(cluster());
    const { namespace, project } = bench;
    const program = (web: Manifest) => staging(namespace, { web: { web } });
    const apply = ['--yes', '--wait=false'];
    await bench.render(program(deployment(1)), 'One');
    expect((await bench.apply(apply)).exit).toBe(0);
    const second = await bench.render(program(deployment(2)), 'Two replicas');
    expect((await bench.apply(apply)).exit).toBe(0);
    const blame = (field: string, flags: readonly string[] = []) =>
      bench.json('blame', [
        'deployment/web',
        field,
        '--environment',
        'staging',
        '--kubeconfig',
        cluster().kubeconfig,
        ...flags,
      ]);
    const live = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' };
    return { bench, namespace, project, program, apply, second, blame, live };
  }

  it('leads from a live field to who holds it, the rendered and the source commit, and the line', async () => {
    const { project, namespace, program, second, blame, bench } = await released();
    const field = fieldOf(await blame('spec.replicas', ['-n', namespace]));
    expect(field).toMatchObject({
      path: 'spec.replicas',
      state: 'held',
      live: 2,
      rendered: 2,
      holders: [
        { manager: 'truekeel', operation: 'Apply', isOurs: true, time: expect.stringMatching(/^\d{4}-/) },
      ],
      changed: { commit: second.result.rendered[0]!.commit, before: 1, subject: 'Two replicas' },
      source: {
        commit: project.git('rev-parse', 'main'),
        author: 'A Developer <developer@example.com>',
        candidates: [],
      },
      written: {
        constructPath: 'staging/web/web',
        file: 'main.ts',
        line: lineOf(program(deployment(2)), '"Deployment"'),
      },
    });
    // An earlier commit gave it this one.
    const image = fieldOf(await blame('spec.template.spec.containers[web].image'));
    expect(image).toMatchObject({ state: 'held', changed: { subject: 'One' }, source: { subject: 'One' } });
    const told = await bench.run('blame', ['deploy/web', '/spec/replicas']);
    expect(told.stdout).toMatch(/live +2\n/);
    expect(told.stdout).toMatch(/held by +truekeel \(Apply\), \d{4}-/);
    expect(told.stdout).toMatch(/before +1\n/);
    expect(told.stdout).toMatch(/written +main\.ts:\d+/);
  });

  it('says who holds what Truekeel does not, and what drifted', async () => {
    const { blame, live, bench } = await released();
    await editAs(cluster(), 'kubectl-edit', live, { spec: { replicas: 5, minReadySeconds: 7 } });
    const drifted = fieldOf(await blame('spec.replicas'));
    expect(drifted).toMatchObject({
      state: 'drifted',
      live: 5,
      rendered: 2,
      holders: [{ manager: 'kubectl-edit', operation: 'Update', isOurs: false }],
      changed: { subject: 'Two replicas' },
    });
    const theirs = fieldOf(await blame('spec.minReadySeconds'));
    expect(theirs).toMatchObject({ state: 'theirs', live: 7, holders: [{ manager: 'kubectl-edit' }] });
    expect(theirs.changed).toBeUndefined();
    const filledIn = fieldOf(await blame('spec.revisionHistoryLimit'));
    expect(filledIn).toMatchObject({ state: 'theirs', live: 10, holders: [] });
    expect((await bench.run('blame', ['deployment/web', 'spec.replicas'])).stdout).toContain('drift');
    expect((await bench.run('blame', ['deployment/web', 'spec.minReadySeconds'])).stdout).toContain(
      'Truekeel does not own it',
    );
  });

  it('starts from the release that was applied, and says what a newer one has', async () => {
    const { bench, program, blame, second, apply } = await released();
    await bench.render(program(deployment(3)), 'Three');
    const { result } = await blame('spec.replicas');
    expect(result.applied).toBe(second.result.rendered[0]!.commit);
    expect(result.fields).toMatchObject([
      { state: 'held', live: 2, rendered: 2, pending: { value: 3 }, changed: { subject: 'Two replicas' } },
    ]);
    expect((await bench.apply(apply)).exit).toBe(0);
    expect(fieldOf(await blame('spec.replicas'))).toMatchObject({ live: 3, changed: { subject: 'Three' } });
  });
});

describe('blame without a cluster', () => {
  const cluster = embeddedCluster();
  const offline = (bench: Workbench, ...args: readonly string[]) =>
    bench.json('blame', [...args, '--environment', 'staging', '--offline']);

  it('tells of every field what the rendered branch knows', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    await bench.render(staging(namespace, { web: { web: deployment(1) } }), 'One');
    await bench.render(staging(namespace, { web: { web: deployment(1, 'example/web:2') } }), 'Two');
    const { result } = await offline(bench, `Deployment.apps ${namespace}/web`);
    expect(result).toMatchObject({ live: 'not asked', notAsked: '--offline was given', application: 'web' });
    const by = new Map(result.fields.map(({ path, changed }) => [path, changed?.subject]));
    expect(by.get('spec.replicas')).toBe('One');
    expect(by.get('spec.template.spec.containers[name=web].image')).toBe('Two');
    const { stdout } = await bench.project.truekeel([
      'blame',
      'deployment/web',
      '--environment',
      'staging',
      '--offline',
    ]);
    expect(stdout).toMatch(/spec\.replicas +1 .*A Developer/);
  });

  it('follows an object from one application to another', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    const other = { note: configMap() };
    await bench.render(staging(namespace, { web: { web: deployment(1) }, other }), 'One');
    await bench.render(
      staging(namespace, { web: { note2: configMap() }, other: { ...other, web: deployment(1) } }),
      'Moved',
    );
    const field = fieldOf(await offline(bench, 'deployment/web', 'spec.replicas'));
    expect(field.changed).toMatchObject({
      subject: 'One',
      path: `web/${namespace}/Deployment.apps/web.yaml`,
    });
  });

  it('names the pull request, and the commits that were rendered together', async () => {
    const bench = new Workbench(cluster());
    const { namespace, project } = bench;
    const program = (replicas: number) => staging(namespace, { web: { web: deployment(replicas) } });
    await bench.render(program(1), 'One');
    project.commit('Two', { 'main.ts': program(2) });
    project.commit('Something else', { 'notes.txt': 'x' });
    project.git('checkout', '--quiet', '-b', 'three');
    project.commit('Three', { 'main.ts': program(3) });
    project.git('checkout', '--quiet', 'main');
    project.git(
      'merge',
      '--quiet',
      '--no-ff',
      '-m',
      "Merge pull request 'Three' (#12) from three into main",
      'three',
    );
    expect((await bench.json('render', ['--no-typecheck'])).exit).toBe(0);
    const { source } = fieldOf(await offline(bench, 'deployment/web', 'spec.replicas'));
    expect(source).toMatchObject({ pullRequest: { number: 12 } });
    expect(source!.candidates.map(({ subject }) => subject)).toEqual([
      expect.stringContaining('Merge pull request'),
      'Two',
    ]);
  });

  it('tells of a rollback, and of what a commit took away', async () => {
    const bench = new Workbench(cluster());
    const { namespace, project } = bench;
    const program = (more: Readonly<Record<string, Manifest>>) =>
      staging(namespace, { web: { note: configMap(), ...more } });
    await bench.render(program({ web: deployment(1) }), 'One');
    await bench.render(program({ web: deployment(2) }), 'Two');
    expect((await bench.json('rollback', ['--environment', 'staging', '--yes'])).exit).toBe(0);
    const back = fieldOf(await offline(bench, 'deployment/web', 'spec.replicas'));
    expect(back).toMatchObject({
      rendered: 1,
      changed: { before: 2, reverts: project.git('rev-parse', 'rendered/staging~1') },
      source: { subject: 'One' },
    });
    expect((await bench.json('rollback', ['--environment', 'staging', '--release'])).exit).toBe(0);
    await bench.render(program({}), 'No more');
    const gone = fieldOf(await offline(bench, `Deployment.apps ${namespace}/web`, 'spec.replicas'));
    expect(gone).toMatchObject({ changed: { subject: 'No more', before: 1 }, written: { file: 'main.ts' } });
    expect(gone.rendered).toBeUndefined();
  });

  it('refuses what it does not find, and says what there is', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    await bench.render(staging(namespace, { web: { web: deployment(1), other: configMap() } }));
    const refused = async (...args: readonly string[]) => {
      const { exit, stderr } = await offline(bench, ...args);
      expect(exit).toBe(3);
      return stderr;
    };
    expect(await refused('deployment/wbe')).toContain('Is it deployment/web?');
    expect(await refused('deployment/web', '-n', 'elsewhere')).toContain('NO_SUCH_OBJECT');
    expect(await refused('Deployment.apps x/web')).toContain('no release has, or had, Deployment.apps x/web');
    expect(await refused('web')).toContain('INVALID_FLAG');
    expect(await refused('deployment/web', 'spec.replcas')).toMatch(
      /NO_SUCH_FIELD[\s\S]*Is it spec\.replicas\?/,
    );
    expect(await refused('deployment/web', 'spec..x')).toContain('INVALID_FIELD_NAME');
  });
});
