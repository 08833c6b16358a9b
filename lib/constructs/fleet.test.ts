import { ApiObject } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { renderTree } from '../render/index.ts';
import {
  App,
  Application,
  Cluster,
  Environment,
  Fleet,
  type FleetCluster,
  type FleetProps,
} from './index.ts';

/** What a program knows of its clusters, in its own types. */
interface Shop extends FleetCluster {
  readonly replicas: number;
}

const shop = (name: string, region: string, replicas: number): Shop => ({
  name,
  cluster: Cluster.fromContext(name),
  labels: { region },
  replicas,
});
const SHOPS = [shop('rome', 'eu', 3), shop('paris', 'eu', 5), shop('tokyo', 'asia', 2)];

const fleetOf = (app: App, props: Partial<FleetProps> = {}) =>
  new Fleet(app, 'shops', { clusters: SHOPS, environment: { namespace: 'shop' }, ...props });

describe('Fleet', () => {
  it('has an environment for each cluster, with what is its own', () => {
    const app = new App();
    const fleet = fleetOf(app);
    for (const { name, replicas } of SHOPS) {
      const web = new Application(fleet.environmentOf(name), 'web');
      new ApiObject(web, 'api', { apiVersion: 'apps/v1', kind: 'Deployment', spec: { replicas } });
    }
    expect(
      renderTree(app).map(({ name, branch, cluster, applications }) => [
        name,
        branch,
        cluster,
        applications[0]?.objects[0]?.object.spec.replicas,
      ]),
    ).toEqual(SHOPS.map(({ name, replicas }) => [name, `rendered/${name}`, { context: name }, replicas]));
    expect(() => fleet.environmentOf('oslo')).toThrow(
      'shops has no cluster "oslo"; it has rome, paris, tokyo',
    );
  });

  it('is picked from by labels, in the order of the program', () => {
    const fleet = fleetOf(new App());
    const names = (labels: { [name: string]: string }) => fleet.members(labels).map(({ name }) => name);
    expect(names({ region: 'eu' })).toEqual(['rome', 'paris']);
    expect(names({ region: 'eu', stage: 'production' })).toEqual([]);
    expect(names({})).toEqual(['rome', 'paris', 'tokyo']);
  });

  it('gives all environments what they have in common, but for what is their own', () => {
    const app = new App();
    const staging = new Environment(app, 'staging');
    const fleet = fleetOf(app, {
      environment: { namespace: 'shop', promotesFrom: [staging] },
      clusters: [
        { name: 'rome', cluster: Cluster.current() },
        { name: 'paris', cluster: Cluster.current(), environment: { namespace: 'paris', branch: 'p' } },
      ],
    });
    expect(fleet.members().map(({ environment }) => environment.namespace)).toEqual(['shop', 'paris']);
    expect(
      renderTree(app)
        .slice(1)
        .map(({ branch, promotesFrom }) => [branch, promotesFrom]),
    ).toEqual([
      ['rendered/rome', ['staging']],
      ['p', ['staging']],
    ]);
  });

  it('refuses names that no environment can have, and one branch for all', () => {
    expect(() => fleetOf(new App(), { clusters: [{ name: 'Rome', cluster: Cluster.current() }] })).toThrow(
      expect.objectContaining({ code: 'INVALID_NAME', constructPath: 'shops/Rome' }),
    );
    const app = new App();
    fleetOf(app, { environment: { branch: 'all' } });
    expect(() => renderTree(app)).toThrow('shops: all of its environments would be rendered to branch all');
  });
});
