import { ApiObject, type ApiObjectMetadata } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import { type ComputeAmount, computeQuantities, exceeds } from './quantity.ts';
import { addCheck, apiObjectOf } from './target.ts';

/** When a VerticalPodAutoscaler changes what pods request. */
export class VerticalUpdates {
  /** Never: it only recommends. */
  public static readonly OFF = new VerticalUpdates('Off');

  /** When a pod is made. */
  public static readonly INITIAL = new VerticalUpdates('Initial');

  /** When a pod is made, and by evicting pods that request much too much or too little. */
  public static readonly RECREATE = new VerticalUpdates('Recreate');

  /** As RECREATE, but in place where the cluster can. Takes version 1.4 of the autoscaler or a newer one. */
  public static readonly IN_PLACE_OR_RECREATE = new VerticalUpdates('InPlaceOrRecreate');

  /** The value of `updateMode`. */
  public readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }
}

/** How the requests of one container are scaled. */
export interface VerticalContainerScaling {
  /**
   * The container's name.
   *
   * @default - all containers that have no scaling of their own
   */
  readonly container?: string;

  /**
   * The least that it is to request.
   *
   * @default - as the autoscaler thinks fit
   */
  readonly min?: ComputeAmount;

  /**
   * The most that it is to request.
   *
   * @default - as the autoscaler thinks fit
   */
  readonly max?: ComputeAmount;

  /**
   * Whether its limits stay, and are not scaled along with what it requests.
   *
   * @default false
   */
  readonly keepsLimits?: boolean;

  /**
   * Whether it is left as it is.
   *
   * @default false
   */
  readonly isLeftAlone?: boolean;
}

/** Properties of a VerticalPodAutoscaler. */
export interface VerticalPodAutoscalerProps {
  /** The workload to scale: a Workload, an API object or a construct of another library. */
  readonly target: IConstruct;

  /**
   * When it changes what pods request.
   *
   * @default VerticalUpdates.OFF
   */
  readonly updates?: VerticalUpdates;

  /**
   * How many pods there must be for it to evict one.
   *
   * @default - as the autoscaler is set up, which is two
   */
  readonly minReplicas?: number;

  /**
   * What differs between containers.
   *
   * @default - all containers are scaled as the autoscaler thinks fit
   */
  readonly containers?: VerticalContainerScaling[];

  /**
   * Name, labels and annotations.
   *
   * @default - named after its place in the application
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * Has what pods request scaled by what they use (autoscaling.k8s.io/v1). The cluster must have the vertical pod
 * autoscaler.
 */
export class VerticalPodAutoscaler extends ApiObject {
  /**
   * Declares an autoscaler.
   *
   * @param scope An Application, or a construct inside one.
   * @param id Its name in the scope.
   * @param props What it scales.
   */
  constructor(scope: Construct, id: string, props: VerticalPodAutoscalerProps) {
    const { target, updates = VerticalUpdates.OFF, minReplicas, containers = [] } = props;
    const object = apiObjectOf(target);
    super(scope, id, {
      apiVersion: 'autoscaling.k8s.io/v1',
      kind: 'VerticalPodAutoscaler',
      ...(props.metadata && { metadata: props.metadata }),
      spec: {
        targetRef: object.found && {
          apiVersion: object.found.apiVersion,
          kind: object.found.kind,
          name: object.found.name,
        },
        updatePolicy: { updateMode: updates.value, minReplicas },
        resourcePolicy:
          containers.length > 0 ? { containerPolicies: containers.map(containerPolicy) } : undefined,
      },
    });
    addCheck(this, () => [
      object.problem && `target: ${object.problem}`,
      minReplicas === undefined || (Number.isInteger(minReplicas) && minReplicas > 0)
        ? undefined
        : `minReplicas is ${minReplicas}: it can be a whole number, one or more`,
      ...containers.map(containerProblem),
      ...repeated(containers),
    ]);
  }
}

/** The name that stands for all other containers. */
const ALL_OTHERS = '*';

function containerPolicy({
  container = ALL_OTHERS,
  min,
  max,
  keepsLimits,
  isLeftAlone,
}: VerticalContainerScaling): object {
  return {
    containerName: container,
    mode: isLeftAlone ? 'Off' : undefined,
    minAllowed: computeQuantities(min),
    maxAllowed: computeQuantities(max),
    controlledValues: keepsLimits ? 'RequestsOnly' : undefined,
  };
}

function containerProblem({
  container = ALL_OTHERS,
  min,
  max,
  keepsLimits,
  isLeftAlone,
}: VerticalContainerScaling): string | undefined {
  // The autoscaler's admission refuses what is said about a container that it leaves alone.
  if (isLeftAlone && keepsLimits)
    return `container ${container} is left alone: keepsLimits says nothing then`;
  return exceeds(min, max) ? `container ${container}: min is more than max` : undefined;
}

function repeated(containers: readonly VerticalContainerScaling[]): readonly string[] {
  const names = containers.map(({ container = ALL_OTHERS }) => container);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map(
    (name) => `container ${name} is there more than once`,
  );
}
