import { ApiObject, type ApiObjectMetadata } from 'cdk8s';
import type { Construct } from 'constructs';
import { addCheck } from './target.ts';

/** Whether pods make room for themselves. */
export class Preemption {
  /** Pods of a lower priority go, when there is no room otherwise. The default of Kubernetes. */
  public static readonly LOWER_PRIORITY = new Preemption('PreemptLowerPriority');

  /** They wait for room, ahead of pods of a lower priority. */
  public static readonly NEVER = new Preemption('Never');

  /** The value of `preemptionPolicy`. */
  public readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }
}

/** Properties of a PriorityClass. */
export interface PriorityClassProps {
  /** The priority: higher goes first. A whole number up to 1,000,000,000; pods without a class have 0. */
  readonly value: number;

  /**
   * What it is for, as a text for people.
   *
   * @default - none
   */
  readonly description?: string;

  /**
   * Whether pods that name no class get it. One class of a cluster can be that.
   *
   * @default false
   */
  readonly globalDefault?: boolean;

  /**
   * Whether its pods make room for themselves.
   *
   * @default Preemption.LOWER_PRIORITY
   */
  readonly preemption?: Preemption;

  /**
   * Name, labels and annotations.
   *
   * @default - named after its place in the application
   */
  readonly metadata?: ApiObjectMetadata;
}

/** The largest that is not the system's own. Kubernetes API reference, PriorityClass. */
const HIGHEST = 1_000_000_000;
const LOWEST = -2_147_483_648;

/** How urgent pods are (scheduling.k8s.io/v1). It lives in no namespace. */
export class PriorityClass extends ApiObject {
  /**
   * Declares a class.
   *
   * @param scope An Application, or a construct inside one.
   * @param id Its name in the scope.
   * @param props The priority.
   */
  constructor(scope: Construct, id: string, props: PriorityClassProps) {
    const { value, description, globalDefault, preemption } = props;
    super(scope, id, {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      ...(props.metadata && { metadata: props.metadata }),
      value,
      description,
      globalDefault,
      preemptionPolicy: preemption?.value,
    });
    const isPriority = Number.isInteger(value) && value >= LOWEST && value <= HIGHEST;
    addCheck(this, () => [
      isPriority ? undefined : `value is ${value}: it can be a whole number from ${LOWEST} to ${HIGHEST}`,
      this.name.startsWith('system-') ? `"${this.name}": names in system- are the system's own` : undefined,
    ]);
  }
}
