import { ApiObject, type Cron, type Duration, type JsonPatch, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { labelProblem } from '../render/index.ts';
import { type PodContainer, podContainer, portsOf } from './container.ts';
import type { ContainerOptions } from './container-options.ts';
import type { GatewayReference } from './gateway-reference.ts';
import { HttpRoute, PathMatch } from './http-route.ts';
import { claimTemplates, podProblems, podTemplate } from './pod.ts';
import type { PodCount } from './pod-count.ts';
import { PodDisruptionBudget } from './pod-disruption-budget.ts';
import { RouteBackend } from './route-backend.ts';
import { addCheck } from './target.ts';
import { Topology, TopologySpread } from './topology-spread.ts';
import { WorkloadKind } from './workload-kind.ts';

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

const LABEL = 'truekeel.dev/workload';

/** The container that a Workload is made for. */
const MAIN = 'main';

/**
 * A program that runs in a cluster, with what it takes to run it well: health checks, resources, pods that are spread and
 * never all gone at once, a service, a route, a service account without rights, and a security context that the restricted
 * Pod Security Standard admits.
 *
 *     new Workload(application, 'api', { image: 'example/api:1.4', port: 8080, replicas: 3 });
 *
 * All of it can be changed: each object that it is made of is a property, `patch` changes the workload itself by JSON
 * patch, and `podTemplatePath` says where its pods are described.
 */
export class Workload extends Construct {
  /** The name of its objects. */
  public readonly name: string;

  /** The Deployment, StatefulSet, DaemonSet or CronJob. */
  public readonly apiObject: ApiObject;

  /** The labels by which its pods are selected. */
  public readonly selector: { [name: string]: string };

  /** The JSON pointer to the pod template: `/spec/template`, or that of a CronJob. */
  public readonly podTemplatePath: string;

  /** The name of the service account that its pods have. */
  public readonly serviceAccountName: string;

  /** The service account, when it has one of its own. */
  public readonly serviceAccount?: ApiObject;

  /** The service, when it has a port. */
  public readonly service?: ApiObject;

  /** The budget, where there can be more than one pod. */
  public readonly disruptionBudget?: PodDisruptionBudget;

  /** The horizontal pod autoscaler, when it is scaled. */
  public readonly autoscaler?: ApiObject;

  /** The route, when it has one. */
  public readonly route?: HttpRoute;

  private readonly props: WorkloadProps;
  private readonly containers: PodContainer[];

  /**
   * Declares a workload.
   *
   * @param scope An Application, or a construct inside one.
   * @param id Its name in the scope, and of its objects.
   * @param props What it runs.
   */
  constructor(scope: Construct, id: string, props: WorkloadProps) {
    super(scope, id);
    this.props = props;
    const { kind = WorkloadKind.DEPLOYMENT, scaling, route, port, serviceAccountName } = props;
    this.containers = [podContainer(MAIN, props, false)];
    this.podTemplatePath = isScheduled(kind) ? '/spec/jobTemplate/spec/template' : '/spec/template';
    this.apiObject = new ApiObject(this, 'Default', {
      apiVersion: isScheduled(kind) ? 'batch/v1' : 'apps/v1',
      kind: kind.kind,
      ...(props.name !== undefined && { metadata: { name: props.name } }),
      spec: Lazy.any({ produce: () => this.spec(kind) }),
    });
    this.name = this.apiObject.name;
    this.selector = props.selector ?? { [LABEL]: this.name };
    this.apiObject.metadata.addLabel(LABEL, this.name);

    this.serviceAccountName = serviceAccountName ?? this.name;
    if (serviceAccountName === undefined) {
      this.serviceAccount = this.object('ServiceAccount', 'v1', { automountServiceAccountToken: false });
    }
    if (portsOf(props).length > 0)
      this.service = this.object('Service', 'v1', { spec: this.serviceSpec(kind) });
    if (scaling)
      this.autoscaler = this.object('HorizontalPodAutoscaler', 'autoscaling/v2', {
        spec: this.scalingSpec(scaling),
      });
    const canBeSeveral = isReplicated(kind) && (scaling?.max ?? props.replicas ?? 1) > 1;
    if (canBeSeveral || props.maxUnavailable) {
      this.disruptionBudget = new PodDisruptionBudget(this, 'PodDisruptionBudget', {
        metadata: this.metadata(),
        labels: this.selector,
        ...(props.maxUnavailable && { maxUnavailable: props.maxUnavailable }),
      });
    }
    if (route && this.service) {
      this.route = new HttpRoute(this, 'HTTPRoute', {
        metadata: this.metadata(),
        gateways: [route.gateway],
        hostnames: route.hostnames ?? [],
        rules: [
          {
            matches: [{ path: PathMatch.prefix(route.path ?? '/') }],
            backends: [RouteBackend.service(this.service, { port: this.servicePort() })],
          },
        ],
      });
    }
    addCheck(this, () => [
      ...podProblems(this.containers),
      labelProblem(this.name) && `its name "${this.name}" ${labelProblem(this.name)}`,
      ...problems(props, kind, this.containers),
      route && port === undefined ? 'it has a route and no port: say where it listens' : undefined,
    ]);
  }

  /** The address of its service, from within the namespace: `http://api:8080`. */
  public get url(): string {
    const port = this.servicePort();
    return port === 80 ? `http://${this.name}` : `http://${this.name}:${port}`;
  }

  /**
   * Runs a container beside the main one.
   *
   * @param name Its name in the pod.
   * @param options What it runs.
   */
  public addContainer(name: string, options: ContainerOptions): void {
    this.containers.push(podContainer(name, options, false));
  }

  /**
   * Runs a container to its end before the others start, after those that were added before.
   *
   * @param name Its name in the pod.
   * @param options What it runs.
   */
  public addInitContainer(name: string, options: ContainerOptions): void {
    this.containers.push(podContainer(name, options, true));
  }

  /**
   * Changes the Deployment, StatefulSet, DaemonSet or CronJob as it is rendered. The main container is the first.
   *
   * @param patches Applied in this order, after those that were given before.
   */
  public patch(...patches: JsonPatch[]): void {
    this.apiObject.addJsonPatch(...patches);
  }

  private spec(kind: WorkloadKind): object {
    const { props, selector } = this;
    const template = this.template(kind);
    if (isScheduled(kind)) {
      return {
        schedule: props.schedule?.expressionString,
        timeZone: props.timeZone,
        concurrencyPolicy: 'Forbid',
        jobTemplate: { spec: { template } },
      };
    }
    const claims = claimTemplates(this.containers);
    return {
      replicas: isReplicated(kind) && !props.scaling ? (props.replicas ?? 1) : undefined,
      selector: { matchLabels: selector },
      serviceName: isStateful(kind) ? this.name : undefined,
      template,
      volumeClaimTemplates: isStateful(kind) && claims.length > 0 ? claims : undefined,
    };
  }

  private template(kind: WorkloadKind): object {
    const { props, selector } = this;
    const spread = props.spread ?? new TopologySpread({ over: [Topology.NODE, Topology.ZONE] });
    return podTemplate({
      containers: this.containers,
      labels: { ...props.podLabels, ...selector },
      annotations: props.podAnnotations,
      spec: {
        serviceAccountName: this.serviceAccountName,
        automountServiceAccountToken: props.mountsServiceAccountToken ?? false,
        restartPolicy: isScheduled(kind) ? 'OnFailure' : undefined,
        priorityClassName: props.priorityClassName,
        terminationGracePeriodSeconds: props.terminationGracePeriod?.toSeconds(),
        topologySpreadConstraints: isReplicated(kind)
          ? spread._constraints({ matchLabels: selector }, kind.kind)
          : undefined,
        securityContext: { fsGroup: props.filesystemGroup },
      },
    });
  }

  private serviceSpec(kind: WorkloadKind): object {
    const { port } = this.props;
    return {
      clusterIP: isStateful(kind) ? 'None' : undefined,
      selector: this.selector,
      ports: portsOf(this.props).map(([name, number]) => ({
        name,
        port: number === port && name === 'http' ? this.servicePort() : number,
        targetPort: name,
      })),
    };
  }

  private scalingSpec({ min, max, cpuPercent = 70 }: WorkloadScaling): object {
    const { apiVersion, kind, name } = this.apiObject;
    return {
      scaleTargetRef: { apiVersion, kind, name },
      minReplicas: min,
      maxReplicas: max,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpuPercent } },
        },
      ],
    };
  }

  private servicePort(): number {
    const { servicePort, port } = this.props;
    return servicePort ?? port ?? portsOf(this.props)[0]?.[1] ?? 80;
  }

  private object(kind: string, apiVersion: string, rest: object): ApiObject {
    return new ApiObject(this, kind, { apiVersion, kind, metadata: this.metadata(), ...rest });
  }

  private metadata(): { name: string; labels: { [name: string]: string } } {
    return { name: this.name, labels: { [LABEL]: this.name } };
  }
}

function isScheduled({ kind }: WorkloadKind): boolean {
  return kind === 'CronJob';
}

function isStateful({ kind }: WorkloadKind): boolean {
  return kind === 'StatefulSet';
}

function isReplicated({ kind }: WorkloadKind): boolean {
  return kind === 'Deployment' || kind === 'StatefulSet';
}

function problems(
  props: WorkloadProps,
  kind: WorkloadKind,
  containers: readonly PodContainer[],
): readonly (string | undefined)[] {
  const { replicas, scaling, schedule, timeZone, selector, podLabels = {} } = props;
  const hasDisk = containers.some(({ mounts }) => mounts.some(({ _source }) => _source.claim));
  return [
    replicas === undefined || (Number.isInteger(replicas) && replicas >= 0)
      ? undefined
      : `replicas is ${replicas}: it can be a whole number, zero or more`,
    (replicas !== undefined || scaling) && !isReplicated(kind)
      ? `a ${kind.kind} has no replicas: leave replicas and scaling out`
      : undefined,
    replicas !== undefined && scaling
      ? 'replicas and scaling are both given: leave one of them out'
      : undefined,
    ...(scaling ? scalingProblems(scaling) : []),
    isScheduled(kind) && !schedule ? 'a CronJob takes a schedule' : undefined,
    !isScheduled(kind) && (schedule || timeZone !== undefined)
      ? `a ${kind.kind} has no schedule: it takes WorkloadKind.CRON_JOB`
      : undefined,
    isScheduled(kind) && portsOf(props).length > 0
      ? 'a CronJob serves no requests: leave its ports out'
      : undefined,
    hasDisk && !isStateful(kind) ? `disks are made for StatefulSets: this is a ${kind.kind}` : undefined,
    selector && Object.keys(selector).length === 0
      ? 'selector is empty: it would select all pods'
      : undefined,
    ...Object.keys(podLabels)
      .filter((label) => label in (selector ?? { [LABEL]: '' }))
      .map((label) => `podLabels has ${label}, by which pods are selected`),
  ];
}

function scalingProblems({ min, max, cpuPercent = 70 }: WorkloadScaling): readonly (string | undefined)[] {
  const isCount = (value: number) => Number.isInteger(value) && value >= 1;
  return [
    isCount(min) && isCount(max) ? undefined : `scaling goes from ${min} to ${max}: one pod or more`,
    min > max ? `scaling: min ${min} is more than max ${max}` : undefined,
    isCount(cpuPercent) ? undefined : `cpuPercent is ${cpuPercent}: it can be a whole number, one or more`,
  ];
}
