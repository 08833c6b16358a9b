import { ApiObject, type JsonPatch, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { labelProblem } from '../render/index.ts';
import { Apply } from './apply.ts';
import { type PodContainer, podContainer, portsOf } from './container.ts';
import type { ContainerOptions } from './container-options.ts';
import { HttpRoute, PathMatch } from './http-route.ts';
import { claimTemplates, podProblems, podTemplate } from './pod.ts';
import { PodDisruptionBudget } from './pod-disruption-budget.ts';
import { RouteBackend } from './route-backend.ts';
import { Settings } from './settings.ts';
import { addCheck } from './target.ts';
import { Topology, TopologySpread } from './topology-spread.ts';
import { isReplicated, isScheduled, isStateful, runsToItsEnd, WorkloadKind } from './workload-kind.ts';
import { WORKLOAD_LABEL } from './workload-label.ts';
import { workloadProblems } from './workload-problems.ts';
import type { WorkloadProps, WorkloadScaling } from './workload-props.ts';

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

  /** The Deployment, StatefulSet, DaemonSet, CronJob or Job. */
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
      apiVersion: runsToItsEnd(kind) ? 'batch/v1' : 'apps/v1',
      kind: kind.kind,
      ...(props.name !== undefined && { metadata: { name: props.name } }),
      spec: Lazy.any({ produce: () => this.spec(kind) }),
    });
    this.name = this.apiObject.name;
    this.selector = props.selector ?? { [WORKLOAD_LABEL]: this.name };
    this.apiObject.metadata.addLabel(WORKLOAD_LABEL, this.name);
    if (props.hook) Settings.of(this.apiObject).hook(props.hook);
    // The template of a Job cannot be changed in place.
    else if (kind.kind === 'Job') Settings.of(this.apiObject).apply(Apply.RECREATE);

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
      isScheduled(kind) && this.name.length > 52
        ? `its name has ${this.name.length} characters: 52 is the most for a CronJob, whose Jobs add to it`
        : undefined,
      ...workloadProblems(props, kind, this.containers),
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
   * Changes the Deployment, StatefulSet, DaemonSet, CronJob or Job as it is rendered. The main container is the first.
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
    // A Job gets its selector from its controller, and other pods' would be refused.
    if (runsToItsEnd(kind)) return { template };
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
        restartPolicy: runsToItsEnd(kind) ? 'OnFailure' : undefined,
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
      ports: portsOf(this.props).map(([name, number], index) => ({
        name,
        port: index === 0 && port !== undefined ? this.servicePort() : number,
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
    return { name: this.name, labels: { [WORKLOAD_LABEL]: this.name } };
  }
}
