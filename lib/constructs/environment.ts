import { Construct, type IConstruct } from 'constructs';
import { kubernetesMinor } from '../objects/index.ts';
import { labelProblem, markEnvironment, markPlaced, markPolicies } from '../render/index.ts';
import type { Cluster } from './cluster.ts';
import { deleteLimitsOf } from './delete-limits.ts';
import { invalidName, unknownKubernetesVersion } from './errors.ts';
import type { Gate } from './gate.ts';
import type { HealthRule } from './health-rule.ts';
import type { Notification } from './notification.ts';
import type { OnFailure } from './on-failure.ts';
import type { OverrideProps } from './override.ts';
import type { Policy } from './policy.ts';
import { type PreviewProps, previewSettings } from './preview.ts';

const ENVIRONMENT = Symbol.for('truekeel.dev/constructs.Environment');

/** Properties of an Environment. */
export interface EnvironmentProps {
  /**
   * The cluster that the environment goes to.
   *
   * @default - that of the kubeconfig's current context
   */
  readonly cluster?: Cluster;

  /**
   * The branch that the environment is rendered to.
   *
   * @default - `rendered/` and the environment's name
   */
  readonly branch?: string;

  /**
   * The namespace of applications that name none.
   *
   * @default - each application has to name its own
   */
  readonly namespace?: string;

  /**
   * The environments that a change passes before it gets here.
   *
   * @default - none
   */
  readonly promotesFrom?: Environment[];

  /**
   * What has to be so before a change passes on to it from those that it promotes from. An environment with gates moves by
   * `truekeel promote`; one without gates moves also when everything is rendered.
   *
   * @default - nothing
   */
  readonly gates?: Gate[];

  /**
   * Who is told of what becomes of its releases.
   *
   * @default - nobody
   */
  readonly notifications?: Notification[];

  /**
   * The Kubernetes version of its cluster, `1.33`: what its objects are validated against.
   *
   * @default - the newest that Truekeel knows
   */
  readonly kubernetesVersion?: string;

  /**
   * Whether objects are refused whose kind neither Kubernetes nor a CustomResourceDefinition of the program describes.
   *
   * @default false - such kinds may be installed by others
   */
  readonly refuseUnknownKinds?: boolean;

  /**
   * What is done when a release fails in one of its applications that does not say so itself.
   *
   * @default OnFailure.STOP
   */
  readonly onFailure?: OnFailure;

  /**
   * How many objects of one of its applications may be deleted at once before somebody has to approve that; 0: any delete has to be
   * approved.
   *
   * @default 10
   */
  readonly maxDeletes?: number;

  /**
   * Which share of the objects of one of them may be deleted at once before somebody has to approve that, 0 to 1. It does not count
   * for three objects and fewer.
   *
   * @default 0.5
   */
  readonly maxDeleteShare?: number;

  /**
   * How objects of further kinds are judged, in all its applications. An application's own rules come first.
   *
   * @default - by the rules that Truekeel has
   */
  readonly health?: HealthRule[];

  /**
   * Rules that its applications have to keep beside those of the App. One with the name of one of these comes in its
   * place.
   *
   * @default - none
   */
  readonly policies?: Policy[];

  /**
   * What it changes in the objects of its applications, once these have made them. What was changed is said in their
   * `application.json`, and by `truekeel synth`.
   *
   * @default - nothing
   */
  readonly overrides?: OverrideProps[];

  /**
   * How previews of it are made: environments for a while, one for each pull request, in a namespace of their own. One
   * environment of a program may have them.
   *
   * @default - none are made
   */
  readonly previews?: PreviewProps;
}

/** One rendered branch and where it goes: `staging`, `production`. Holds applications. */
export class Environment extends Construct {
  static {
    markPlaced(Environment.prototype);
  }

  /**
   * The environment that a construct stands in.
   *
   * @param construct Anything below an Environment.
   * @throws when it stands in none
   */
  public static of(construct: IConstruct): Environment {
    const environment = Environment._find(construct);
    if (!environment) throw new Error(`${construct.node.path} stands in no Environment`);
    return environment;
  }

  /**
   * The environment that a construct stands in, if any.
   *
   * @internal
   */
  public static _find(construct: IConstruct): Environment | undefined {
    for (let at: IConstruct | undefined = construct; at; at = at.node.scope) {
      if (isEnvironment(at)) return at;
    }
    return undefined;
  }

  /** The environment's name: its id. */
  public readonly name: string;

  /** The namespace of applications that name none. */
  public readonly namespace?: string;

  /** The Kubernetes version of its cluster, as far as it is said. */
  public readonly kubernetesVersion?: string;

  /**
   * Declares an environment.
   *
   * @param scope The App.
   * @param id The environment's name: lower-case letters, digits and `-`.
   * @param props What differs from the defaults.
   */
  constructor(scope: Construct, id: string, props: EnvironmentProps = {}) {
    const problem = labelProblem(id);
    if (problem !== undefined) throw invalidName('environment', id, problem, scope);
    super(scope, id);
    Object.defineProperty(this, ENVIRONMENT, { value: true });
    this.name = id;
    if (props.namespace !== undefined) this.namespace = props.namespace;
    const {
      cluster,
      gates = [],
      health = [],
      kubernetesVersion,
      notifications = [],
      onFailure,
      overrides = [],
    } = props;
    if (kubernetesVersion !== undefined && kubernetesMinor(kubernetesVersion) === undefined) {
      throw unknownKubernetesVersion(kubernetesVersion, this);
    }
    if (kubernetesVersion !== undefined) this.kubernetesVersion = kubernetesVersion;
    if (props.policies) {
      markPolicies(
        this,
        props.policies.map((policy) => policy._mark()),
      );
    }
    markEnvironment(this, {
      name: id,
      ...(props.branch !== undefined && { branch: props.branch }),
      cluster: {
        ...(cluster?.context !== undefined && { context: cluster.context }),
        ...(cluster?.server !== undefined && { server: cluster.server }),
      },
      ...(overrides.length > 0 && { overrides: overrides.map((override) => ({ ...override })) }),
      promotesFrom: (props.promotesFrom ?? []).map((environment) => environment.name),
      ...(notifications.length > 0 && {
        notifications: notifications.map((one) => one._in(props.namespace ?? '')),
      }),
      ...(gates.length > 0 && {
        gates: gates.map((gate) => gate._in(props.promotesFrom?.[0]?.namespace ?? props.namespace)),
      }),
      ...(props.previews && { previews: previewSettings(props.previews) }),
      ...(kubernetesVersion !== undefined && { kubernetesVersion }),
      ...(props.refuseUnknownKinds && { refuseUnknownKinds: true }),
      ...(onFailure && { onFailure: onFailure.value }),
      ...deleteLimitsOf(props),
      ...(health.length > 0 && { health: health.map((rule) => rule._expressions()) }),
    });
  }
}

/** Only our constructor sets the symbol. */
function isEnvironment(construct: IConstruct): construct is Environment {
  return ENVIRONMENT in construct;
}
