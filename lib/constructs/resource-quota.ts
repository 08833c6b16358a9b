import { ApiObject, type ApiObjectMetadata, type Size } from 'cdk8s';
import type { Construct } from 'constructs';
import { bytesQuantity, type Cpu } from './quantity.ts';
import { addCheck } from './target.ts';

/** Which pods a quota counts. */
export class QuotaScope {
  /** Pods that come to an end by themselves: those with `activeDeadlineSeconds`. */
  public static readonly TERMINATING = new QuotaScope('Terminating');

  /** Pods that do not. */
  public static readonly NOT_TERMINATING = new QuotaScope('NotTerminating');

  /** Pods that request nothing. */
  public static readonly BEST_EFFORT = new QuotaScope('BestEffort');

  /** Pods that request something. */
  public static readonly NOT_BEST_EFFORT = new QuotaScope('NotBestEffort');

  /** The value in `scopes`. */
  public readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }
}

/** Properties of a ResourceQuota. */
export interface ResourceQuotaProps {
  /**
   * How many pods there may be.
   *
   * @default - any number
   */
  readonly pods?: number;

  /**
   * How much processor time pods may request together. All pods then have to request some.
   *
   * @default - any amount
   */
  readonly cpuRequests?: Cpu;

  /**
   * How much processor time the limits of pods may add up to.
   *
   * @default - any amount
   */
  readonly cpuLimits?: Cpu;

  /**
   * How much memory pods may request together.
   *
   * @default - any amount
   */
  readonly memoryRequests?: Size;

  /**
   * How much memory the limits of pods may add up to.
   *
   * @default - any amount
   */
  readonly memoryLimits?: Size;

  /**
   * How much storage claims may request together.
   *
   * @default - any amount
   */
  readonly storageRequests?: Size;

  /**
   * How many persistent volume claims there may be.
   *
   * @default - any number
   */
  readonly persistentVolumeClaims?: number;

  /**
   * How many objects of other kinds there may be: `{ 'deployments.apps': 20, secrets: 50 }`.
   *
   * @default - any number
   */
  readonly objects?: { [resource: string]: number };

  /**
   * Quantities of anything else, by the name that Kubernetes has for it: `{ 'requests.nvidia.com/gpu': '4' }`.
   *
   * @default - none
   */
  readonly hard?: { [resource: string]: string };

  /**
   * Which pods it counts: those that all of these are true of.
   *
   * @default - all
   */
  readonly scopes?: QuotaScope[];

  /**
   * Counts pods of these priority classes only.
   *
   * @default - pods of all classes
   */
  readonly priorityClasses?: string[];

  /**
   * Name, labels and annotations.
   *
   * @default - named after its place in the application
   */
  readonly metadata?: ApiObjectMetadata;
}

/** How much all objects of a namespace may take together (v1). */
export class ResourceQuota extends ApiObject {
  /**
   * Declares a quota.
   *
   * @param scope An Application, or a construct inside one.
   * @param id Its name in the scope.
   * @param props How much there may be of what.
   */
  constructor(scope: Construct, id: string, props: ResourceQuotaProps) {
    const hard = hardOf(props);
    const { scopes = [], priorityClasses = [] } = props;
    super(scope, id, {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      ...(props.metadata && { metadata: props.metadata }),
      spec: {
        hard,
        scopes: scopes.length > 0 ? scopes.map(({ value }) => value) : undefined,
        scopeSelector:
          priorityClasses.length > 0
            ? {
                matchExpressions: [
                  { scopeName: 'PriorityClass', operator: 'In', values: [...priorityClasses] },
                ],
              }
            : undefined,
      },
    });
    addCheck(this, () => problems(props, hard));
  }
}

function hardOf(props: ResourceQuotaProps): { readonly [resource: string]: string } {
  const { pods, persistentVolumeClaims, objects = {} } = props;
  return {
    ...(pods !== undefined && { pods: String(pods) }),
    ...(props.cpuRequests && { 'requests.cpu': props.cpuRequests._quantity() }),
    ...(props.cpuLimits && { 'limits.cpu': props.cpuLimits._quantity() }),
    ...(props.memoryRequests && { 'requests.memory': bytesQuantity(props.memoryRequests) }),
    ...(props.memoryLimits && { 'limits.memory': bytesQuantity(props.memoryLimits) }),
    ...(props.storageRequests && { 'requests.storage': bytesQuantity(props.storageRequests) }),
    ...(persistentVolumeClaims !== undefined && { persistentvolumeclaims: String(persistentVolumeClaims) }),
    ...Object.fromEntries(
      Object.entries(objects).map(([resource, count]) => [`count/${resource}`, String(count)]),
    ),
    ...props.hard,
  };
}

/** What a quota may count with the scopes of pods: Kubernetes documentation, "Resource Quotas". */
const OF_PODS = new Set([
  'pods',
  'requests.cpu',
  'limits.cpu',
  'requests.memory',
  'limits.memory',
  'cpu',
  'memory',
]);

function problems(
  { scopes = [], priorityClasses = [], pods, persistentVolumeClaims, objects = {} }: ResourceQuotaProps,
  hard: { readonly [resource: string]: string },
): readonly (string | undefined)[] {
  const values = new Set(scopes.map(({ value }) => value));
  const counts = Object.entries({ ...objects, pods, persistentVolumeClaims });
  const exclude = (a: QuotaScope, b: QuotaScope) =>
    values.has(a.value) && values.has(b.value)
      ? `scopes has ${a.value} and ${b.value}: no pod is both`
      : undefined;
  const others = Object.keys(hard).filter((resource) => !OF_PODS.has(resource));
  const bestEffort = Object.keys(hard).filter((resource) => resource !== 'pods');
  return [
    Object.keys(hard).length === 0 ? 'it limits nothing: say how much there may be of something' : undefined,
    ...counts.map(([name, count]) =>
      count === undefined || (Number.isInteger(count) && count >= 0)
        ? undefined
        : `${name} is ${count}: it can be a whole number, zero or more`,
    ),
    exclude(QuotaScope.TERMINATING, QuotaScope.NOT_TERMINATING),
    exclude(QuotaScope.BEST_EFFORT, QuotaScope.NOT_BEST_EFFORT),
    scopes.length + priorityClasses.length > 0 && others.length > 0
      ? `scopes and priority classes are about pods: ${others.join(', ')} cannot be counted with them`
      : undefined,
    values.has(QuotaScope.BEST_EFFORT.value) && bestEffort.length > 0
      ? `pods of scope BestEffort request nothing: ${bestEffort.join(', ')} cannot be counted with it`
      : undefined,
  ];
}
