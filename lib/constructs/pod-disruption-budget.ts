import { ApiObject, type ApiObjectMetadata, Lazy } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import type { PodCount } from './pod-count.ts';
import { addCheck, podSelectorIn, podSelectorOf, targetObject } from './target.ts';

/** Which pods that are not ready may be evicted. */
export class UnhealthyPods {
  /** Those of a budget that is met. The default of Kubernetes. */
  public static readonly WITHIN_BUDGET = new UnhealthyPods('IfHealthyBudget');

  /** All of them: a node can be drained though the workload on it is broken. */
  public static readonly ALWAYS = new UnhealthyPods('AlwaysAllow');

  /** The value of `unhealthyPodEvictionPolicy`. */
  public readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }
}

/** Properties of a PodDisruptionBudget. */
export interface PodDisruptionBudgetProps {
  /**
   * The workload whose pods it is for: a Workload, an API object or a construct of another library.
   *
   * @default - the pods with `labels`
   */
  readonly target?: IConstruct;

  /**
   * The labels of the pods that it is for.
   *
   * @default - the pods of `target`
   */
  readonly labels?: { [name: string]: string };

  /**
   * How many pods may be gone at a time.
   *
   * @default - one, unless `minAvailable` is given
   */
  readonly maxUnavailable?: PodCount;

  /**
   * How many pods must be left.
   *
   * @default - what `maxUnavailable` leaves
   */
  readonly minAvailable?: PodCount;

  /**
   * Which pods that are not ready may be evicted.
   *
   * @default UnhealthyPods.ALWAYS
   */
  readonly unhealthyPods?: UnhealthyPods;

  /**
   * Name, labels and annotations.
   *
   * @default - named after its place in the application
   */
  readonly metadata?: ApiObjectMetadata;
}

/** How many pods of a workload may be gone at a time while nodes are drained (policy/v1). */
export class PodDisruptionBudget extends ApiObject {
  /**
   * Declares a budget.
   *
   * @param scope An Application, or a construct inside one.
   * @param id Its name in the scope.
   * @param props Whose pods, and how many.
   */
  constructor(scope: Construct, id: string, props: PodDisruptionBudgetProps) {
    const { target, labels, minAvailable, maxUnavailable } = props;
    super(scope, id, {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      ...(props.metadata && { metadata: props.metadata }),
      spec: {
        minAvailable: minAvailable?._value,
        maxUnavailable: maxUnavailable?._value ?? (minAvailable ? undefined : 1),
        selector: target ? Lazy.any({ produce: () => selector(target) }) : { matchLabels: { ...labels } },
        unhealthyPodEvictionPolicy: (props.unhealthyPods ?? UnhealthyPods.ALWAYS).value,
      },
    });
    addCheck(this, () => problems(props));
  }
}

function selector(target: IConstruct): object | undefined {
  const pods = podSelectorOf(target);
  return pods.problem === undefined ? pods.found : undefined;
}

function problems(props: PodDisruptionBudgetProps): readonly (string | undefined)[] {
  const { target, labels, minAvailable, maxUnavailable } = props;
  const both = minAvailable && maxUnavailable;
  return [
    both && 'minAvailable and maxUnavailable are both given: leave one of them out',
    minAvailable?._problem && `minAvailable: ${minAvailable._problem}`,
    maxUnavailable?._problem && `maxUnavailable: ${maxUnavailable._problem}`,
    target && labels && 'target and labels are both given: leave one of them out',
    !target && Object.keys(labels ?? {}).length === 0
      ? 'it is for no pods: give a target, or labels'
      : undefined,
    ...(target ? targetProblems(target, props) : []),
  ];
}

/** What the disruption controller could not do: it finds out how many pods there ought to be from what scales. */
function targetProblems(
  target: IConstruct,
  { minAvailable }: PodDisruptionBudgetProps,
): readonly (string | undefined)[] {
  const object = targetObject(target);
  if (object.problem !== undefined) return [`target: ${object.problem}`];
  const pods = podSelectorIn(object.found, target);
  if (pods.problem !== undefined) return [`target: ${pods.problem}`];
  const { kind, spec } = object.found;
  const least = minAvailable?._value;
  if (kind === 'DaemonSet' && typeof least !== 'number') {
    return [`target: ${target.node.path} is a DaemonSet: a budget for it takes minAvailable, as a number`];
  }
  const replicas = spec?.replicas;
  if (replicas !== undefined && typeof least === 'number' && replicas > 0 && least >= replicas) {
    return [`minAvailable is ${least} of ${replicas} pods: no node with one of them could ever be drained`];
  }
  return [];
}
