import { Construct } from 'constructs';
import type { Cluster } from './cluster.ts';
import { Environment, type EnvironmentProps } from './environment.ts';
import { addCheck } from './target.ts';

/** One cluster of a Fleet. */
export interface FleetCluster {
  /** The name of its environment: lower-case letters, digits and `-`. */
  readonly name: string;

  /** The cluster. */
  readonly cluster: Cluster;

  /**
   * What it is picked by: `{ region: 'eu', stage: 'production' }`.
   *
   * @default - none
   */
  readonly labels?: { [name: string]: string };

  /**
   * What differs from the other clusters' environments.
   *
   * @default - nothing
   */
  readonly environment?: EnvironmentProps;
}

/** Properties of a Fleet. */
export interface FleetProps {
  /** The clusters. */
  readonly clusters: FleetCluster[];

  /**
   * What the environments of all clusters have in common.
   *
   * @default - nothing
   */
  readonly environment?: EnvironmentProps;
}

/** A cluster of a fleet, with its environment. */
export interface FleetMember {
  /** The name of the cluster, and of its environment. */
  readonly name: string;

  /** What it is picked by. */
  readonly labels: { [name: string]: string };

  /** What goes to it. */
  readonly environment: Environment;
}

/**
 * Many clusters that get much the same: an environment for each, picked by labels.
 *
 *     interface Shop extends FleetCluster { readonly replicas: number }
 *     const SHOPS: Shop[] = [{ name: 'rome', cluster: Cluster.fromContext('rome'), replicas: 3 }];
 *
 *     const fleet = new Fleet(app, 'shops', { clusters: SHOPS, environment: { namespace: 'shop' } });
 *     for (const shop of SHOPS) addShop(fleet.environmentOf(shop.name), shop.replicas);
 *
 * What differs between clusters is the program's own, in its own types, beside what the fleet takes of each.
 */
export class Fleet extends Construct {
  private readonly all: FleetMember[];

  /**
   * Declares an environment for each cluster.
   *
   * @param scope The App.
   * @param id Its name in the App; the environments have those of their clusters.
   * @param props The clusters.
   */
  constructor(scope: Construct, id: string, props: FleetProps) {
    super(scope, id);
    this.all = props.clusters.map(({ name, cluster, labels = {}, environment }) => ({
      name,
      labels: { ...labels },
      environment: new Environment(this, name, { ...props.environment, ...environment, cluster }),
    }));
    const branch = props.environment?.branch;
    addCheck(this, () => [
      branch !== undefined && this.all.length > 1
        ? `all of its environments would be rendered to branch ${branch}: name branches by cluster`
        : undefined,
    ]);
  }

  /**
   * The environment of a cluster.
   *
   * @param name The cluster's name.
   * @throws when the fleet has no such cluster
   */
  public environmentOf(name: string): Environment {
    const member = this.all.find((one) => one.name === name);
    if (member) return member.environment;
    const names = this.all.map((one) => one.name).join(', ');
    throw new Error(`${this.node.path} has no cluster "${name}"; it has ${names || 'none'}`);
  }

  /**
   * The clusters that have some labels, in the order in which they were declared.
   *
   * @param labels All of these, with these values. Default: all clusters.
   */
  public members(labels: { [name: string]: string } = {}): FleetMember[] {
    const wanted = Object.entries(labels);
    return this.all.filter((member) => wanted.every(([name, value]) => member.labels[name] === value));
  }
}
