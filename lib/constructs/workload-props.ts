import type { Cron, Duration } from 'cdk8s';
import type { ContainerOptions } from './container-options.ts';
import type { GatewayReference } from './gateway-reference.ts';
import type { Hook } from './hook.ts';
import type { PodCount } from './pod-count.ts';
import type { TopologySpread } from './topology-spread.ts';
import type { WorkloadKind } from './workload-kind.ts';

/** How many pods there are, by what they use. */
export interface WorkloadScaling {
  /** The fewest. One or more. */
  readonly min: number;

  /** The most. */
  readonly max: number;

  /**
   * How much of the processor time that they request they are to use on average, in per cent.
   *
   * @default 70
   */
  readonly cpuPercent?: number;
}

/** How a Workload is reached from outside the cluster. */
export interface WorkloadRoute {
  /** The gateway that serves it. */
  readonly gateway: GatewayReference;

  /**
   * The hosts.
   *
   * @default - all of the gateway's listeners
   */
  readonly hostnames?: string[];

  /**
   * The path below which it answers; it sees the whole path.
   *
   * @default "/"
   */
  readonly path?: string;
}

/** Properties of a Workload. */
export interface WorkloadProps extends ContainerOptions {
  /**
   * What runs its pods.
   *
   * @default WorkloadKind.DEPLOYMENT
   */
  readonly kind?: WorkloadKind;

  /**
   * The name of its objects.
   *
   * @default - its place in the application
   */
  readonly name?: string;

  /**
   * How many pods there are. For Deployments and StatefulSets.
   *
   * @default 1
   */
  readonly replicas?: number;

  /**
   * Has the number of pods follow what they use, instead of `replicas`.
   *
   * @default - always as many as `replicas` says
   */
  readonly scaling?: WorkloadScaling;

  /**
   * When a pod runs. For CronJobs, which must have it.
   *
   * @default - none
   */
  readonly schedule?: Cron;

  /**
   * The time zone of the schedule, such as `Europe/Rome`.
   *
   * @default - that of the cluster's controllers
   */
  readonly timeZone?: string;

  /**
   * When it runs, as a hook of its application. For Jobs.
   *
   * @default - it is an object as others are
   */
  readonly hook?: Hook;

  /**
   * The port of its service.
   *
   * @default - `port`
   */
  readonly servicePort?: number;

  /**
   * How it is reached from outside the cluster.
   *
   * @default - it is not
   */
  readonly route?: WorkloadRoute;

  /**
   * How many of its pods may be gone at a time while nodes are drained.
   *
   * @default - one, where there can be more than one
   */
  readonly maxUnavailable?: PodCount;

  /**
   * How its pods are spread.
   *
   * @default - over nodes and zones, where there is room
   */
  readonly spread?: TopologySpread;

  /**
   * The service account that its pods have.
   *
   * @default - one of its own, without rights and without a token in the pods
   */
  readonly serviceAccountName?: string;

  /**
   * Whether pods find a token of their service account, for programs that talk to the API server.
   *
   * @default false
   */
  readonly mountsServiceAccountToken?: boolean;

  /**
   * How long pods may take to end.
   *
   * @default Duration.seconds(30)
   */
  readonly terminationGracePeriod?: Duration;

  /**
   * The priority class of its pods.
   *
   * @default - the cluster's default
   */
  readonly priorityClassName?: string;

  /**
   * The group that owns what is on its disks.
   *
   * @default - whoever made it
   */
  readonly filesystemGroup?: number;

  /**
   * Labels of its pods beside those by which they are selected.
   *
   * @default - none
   */
  readonly podLabels?: { [name: string]: string };

  /**
   * Annotations of its pods.
   *
   * @default - none
   */
  readonly podAnnotations?: { [name: string]: string };

  /**
   * The labels by which its pods are selected. For workloads that are there already: a selector never changes.
   *
   * @default - `truekeel.dev/workload`, with its name
   */
  readonly selector?: { [name: string]: string };
}
