import { ApiObject, JsonPatch } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { IMixin } from './mixin.ts';
import { addCheck, type LabelSelector, podSelectorOf } from './target.ts';

/** What pods are spread over: the value of a label of nodes. */
export class Topology {
  /** Nodes. */
  public static readonly NODE = new Topology('kubernetes.io/hostname');

  /** Zones of a cloud. */
  public static readonly ZONE = new Topology('topology.kubernetes.io/zone');

  /** Regions of a cloud. */
  public static readonly REGION = new Topology('topology.kubernetes.io/region');

  /**
   * The values of another label of nodes.
   *
   * @param label The label's key.
   */
  public static label(label: string): Topology {
    return new Topology(label);
  }

  /** The label's key. */
  public readonly key: string;

  private constructor(key: string) {
    this.key = key;
  }
}

/** Properties of a TopologySpread. */
export interface TopologySpreadProps {
  /** What pods are spread over, each of them for itself. */
  readonly over: Topology[];

  /**
   * How many pods more one place may have than another.
   *
   * @default 1
   */
  readonly maxSkew?: number;

  /**
   * Whether pods wait that would not be spread, instead of going where there is room.
   *
   * @default false
   */
  readonly isRequired?: boolean;
}

/**
 * Spreads the pods of Deployments and StatefulSets evenly. Takes the place of what they said about it themselves.
 *
 *     new TopologySpread({ over: [Topology.ZONE, Topology.NODE] }).applyTo(deployment);
 *     Mixins.of(application).apply(new TopologySpread({ over: [Topology.ZONE] }));
 */
export class TopologySpread implements IMixin {
  private readonly props: TopologySpreadProps;

  /**
   * Describes a spread.
   *
   * @param props What pods are spread over, and how evenly.
   */
  constructor(props: TopologySpreadProps) {
    this.props = props;
  }

  /**
   * Whether a construct is a Deployment or a StatefulSet.
   *
   * @param construct Any construct.
   */
  public supports(construct: IConstruct): boolean {
    return ApiObject.isApiObject(construct) && KINDS.has((construct as ApiObject).kind);
  }

  /**
   * Spreads the pods of a workload. It must have its selector by now.
   *
   * @param construct A Deployment or StatefulSet, or a construct that has one.
   */
  public applyTo(construct: IConstruct): void {
    addCheck(construct, () => [...this._problems(), selector.problem]);
    const selector = podSelectorOf(construct);
    if (selector.problem !== undefined) return;
    const object = ApiObject.of(construct);
    object.addJsonPatch(
      JsonPatch.add(
        '/spec/template/spec/topologySpreadConstraints',
        this._constraints(selector.found, object.kind),
      ),
    );
  }

  /**
   * What Kubernetes would refuse in it.
   *
   * @internal
   */
  public _problems(): (string | undefined)[] {
    const { over, maxSkew = 1 } = this.props;
    return [
      over.length === 0 ? 'over is empty: say what pods are spread over' : undefined,
      Number.isInteger(maxSkew) && maxSkew > 0
        ? undefined
        : `maxSkew is ${maxSkew}: it can be a whole number, one or more`,
    ];
  }

  /**
   * The constraints, as Kubernetes writes them.
   *
   * @internal
   */
  public _constraints(labelSelector: LabelSelector, kind: string): object[] {
    const { over, maxSkew = 1, isRequired = false } = this.props;
    return over.map(({ key }) => ({
      maxSkew,
      topologyKey: key,
      whenUnsatisfiable: isRequired ? 'DoNotSchedule' : 'ScheduleAnyway',
      labelSelector,
      // Each revision is spread for itself: pods of the one that leaves do not count.
      ...(kind === 'Deployment' && { matchLabelKeys: ['pod-template-hash'] }),
    }));
  }
}

const KINDS = new Set(['Deployment', 'StatefulSet']);
