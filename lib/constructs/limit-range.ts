import { ApiObject, type ApiObjectMetadata, type Size } from 'cdk8s';
import type { Construct } from 'constructs';
import { bytesQuantity, type ComputeAmount, computeQuantities, exceeds } from './quantity.ts';
import { addCheck } from './target.ts';

/** What the containers of a namespace request and are limited to. */
export interface ContainerLimits {
  /**
   * The limits of containers that name none.
   *
   * @default - none
   */
  readonly defaultLimit?: ComputeAmount;

  /**
   * What containers request that do not say.
   *
   * @default - as `defaultLimit`
   */
  readonly defaultRequest?: ComputeAmount;

  /**
   * The least that a container may request.
   *
   * @default - any amount
   */
  readonly min?: ComputeAmount;

  /**
   * The highest limit that a container may have.
   *
   * @default - any amount
   */
  readonly max?: ComputeAmount;
}

/** What the pods of a namespace request and are limited to, their containers taken together. */
export interface PodLimits {
  /**
   * The least that a pod may request.
   *
   * @default - any amount
   */
  readonly min?: ComputeAmount;

  /**
   * The highest limit that a pod may have.
   *
   * @default - any amount
   */
  readonly max?: ComputeAmount;
}

/** How large the persistent volume claims of a namespace are. */
export interface ClaimLimits {
  /**
   * The smallest.
   *
   * @default - any size
   */
  readonly min?: Size;

  /**
   * The largest.
   *
   * @default - any size
   */
  readonly max?: Size;
}

/** Properties of a LimitRange. */
export interface LimitRangeProps {
  /**
   * For each container.
   *
   * @default - nothing is said about containers
   */
  readonly container?: ContainerLimits;

  /**
   * For each pod.
   *
   * @default - nothing is said about pods
   */
  readonly pod?: PodLimits;

  /**
   * For each persistent volume claim.
   *
   * @default - nothing is said about claims
   */
  readonly persistentVolumeClaim?: ClaimLimits;

  /**
   * Name, labels and annotations.
   *
   * @default - named after its place in the application
   */
  readonly metadata?: ApiObjectMetadata;
}

/** How much each pod, container or claim of a namespace may take, and what containers get that do not say (v1). */
export class LimitRange extends ApiObject {
  /**
   * Declares limits.
   *
   * @param scope An Application, or a construct inside one.
   * @param id Its name in the scope.
   * @param props The limits.
   */
  constructor(scope: Construct, id: string, props: LimitRangeProps) {
    const { container, pod, persistentVolumeClaim: claim } = props;
    const limits = [
      container && {
        type: 'Container',
        default: computeQuantities(container.defaultLimit),
        defaultRequest: computeQuantities(container.defaultRequest),
        min: computeQuantities(container.min),
        max: computeQuantities(container.max),
      },
      pod && { type: 'Pod', min: computeQuantities(pod.min), max: computeQuantities(pod.max) },
      claim && { type: 'PersistentVolumeClaim', min: storage(claim.min), max: storage(claim.max) },
    ].filter((limit) => limit !== undefined);
    super(scope, id, {
      apiVersion: 'v1',
      kind: 'LimitRange',
      ...(props.metadata && { metadata: props.metadata }),
      spec: { limits },
    });
    addCheck(this, () => [
      limits.length === 0 ? 'it limits nothing: give container, pod or persistentVolumeClaim' : undefined,
      ...inOrder('container', container ?? {}),
      ...inOrder('pod', pod ?? {}),
      claim?.min && claim.max && claim.min.toKibibytes() > claim.max.toKibibytes()
        ? 'persistentVolumeClaim: min is more than max'
        : undefined,
      claim && !claim.min && !claim.max ? 'persistentVolumeClaim has neither min nor max' : undefined,
    ]);
  }
}

function storage(size: Size | undefined): object | undefined {
  return size && { storage: bytesQuantity(size) };
}

/** Least first, as the API server wants them. */
const ORDER = ['min', 'defaultRequest', 'defaultLimit', 'max'] as const;

function inOrder(what: string, limits: ContainerLimits): readonly string[] {
  return ORDER.flatMap((lower, index) =>
    ORDER.slice(index + 1).flatMap((higher) =>
      exceeds(limits[lower], limits[higher]) ? [`${what}: ${lower} is more than ${higher}`] : [],
    ),
  );
}
