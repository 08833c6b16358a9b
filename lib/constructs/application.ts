import { type ApiObject, ApiObject as Cdk8sApiObject, Chart, type Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ObjectSettings } from '../objects/index.ts';
import { labelProblem, markApplication } from '../render/index.ts';
import type { Apply } from './apply.ts';
import type { Conflicts } from './conflicts.ts';
import { deleteLimitsOf } from './delete-limits.ts';
import type { Drift } from './drift.ts';
import { Environment } from './environment.ts';
import { invalidName } from './errors.ts';
import type { HealthRule } from './health-rule.ts';
import type { Notification } from './notification.ts';
import { objectName } from './object-name.ts';
import type { OnFailure } from './on-failure.ts';
import type { Prune } from './prune.ts';
import type { Wait } from './wait.ts';

/** Where something about an application is to be found. */
export interface ApplicationLink {
  /** What is to be found there. */
  readonly title: string;

  /** The address; it begins with `https://` or `http://`. */
  readonly url: string;
}

/** Properties of an Application. */
export interface ApplicationProps {
  /**
   * The namespace of its objects.
   *
   * @default - that of the environment
   */
  readonly namespace?: string;

  /**
   * Whether to make the namespace too.
   *
   * @default false
   */
  readonly createNamespace?: boolean;

  /**
   * Labels for all its objects.
   *
   * @default - none
   */
  readonly labels?: { [name: string]: string };

  /**
   * When its objects are applied.
   *
   * @default Apply.ALWAYS
   */
  readonly apply?: Apply;

  /**
   * What is done with its objects when they are no longer in the program.
   *
   * @default Prune.ALLOW
   */
  readonly prune?: Prune;

  /**
   * What is done when a controller holds a field of its objects.
   *
   * @default Conflicts.REPORT
   */
  readonly conflicts?: Conflicts;

  /**
   * What is done when its objects no longer have in the cluster what was applied.
   *
   * @default Drift.CORRECT
   */
  readonly drift?: Drift;

  /**
   * What is waited for after its objects were applied.
   *
   * @default Wait.READY
   */
  readonly wait?: Wait;

  /**
   * How long each of its objects may take to get ready.
   *
   * @default - as long as the run allows
   */
  readonly waitTimeout?: Duration;

  /**
   * How long each of its objects may stand still on its way to being ready.
   *
   * @default - as long as the run allows
   */
  readonly noProgressTimeout?: Duration;

  /**
   * What is done when a release fails in this application.
   *
   * @default - what its environment says
   */
  readonly onFailure?: OnFailure;

  /**
   * How many objects of it may be deleted at once before somebody has to approve that; 0: any delete has to be
   * approved.
   *
   * @default - that of its environment
   */
  readonly maxDeletes?: number;

  /**
   * Which share of its objects may be deleted at once before somebody has to approve that, 0 to 1. It does not count
   * for three objects and fewer.
   *
   * @default - that of its environment
   */
  readonly maxDeleteShare?: number;

  /**
   * How its objects of further kinds are judged.
   *
   * @default - by the rules of its environment, and those that Truekeel has
   */
  readonly health?: HealthRule[];

  /**
   * Who is told of what becomes of its objects, beside those whom its environment names.
   *
   * @default - nobody
   */
  readonly notifications?: Notification[];

  /**
   * Who looks after it: teams, people.
   *
   * @default - nobody is named
   */
  readonly owners?: string[];

  /**
   * Where more about it is to be found: a runbook, a dashboard.
   *
   * @default - none
   */
  readonly links?: ApplicationLink[];
}

/**
 * The unit of ownership: its objects are planned, applied and rolled back as one.
 *
 * It is a Chart of cdk8s, so every construct made for cdk8s fits in. Let it wait for other applications of its
 * environment with `addDependency(other)`.
 */
export class Application extends Chart {
  /**
   * Declares an application.
   *
   * @param scope An Environment, or a construct inside one.
   * @param id The application's name: lower-case letters, digits and `-`.
   * @param props What differs from the defaults.
   */
  constructor(scope: Construct, id: string, props: ApplicationProps = {}) {
    const problem = labelProblem(id);
    if (problem !== undefined) throw invalidName('application', id, problem, scope);
    const namespace = props.namespace ?? Environment._find(scope)?.namespace;
    super(scope, id, {
      ...(namespace !== undefined && { namespace }),
      ...(props.labels && { labels: props.labels }),
    });
    const { health = [], notifications = [], onFailure, owners = [], links = [] } = props;
    markApplication(this, {
      settings: settingsOf(props),
      ...(onFailure && { onFailure: onFailure.value }),
      ...deleteLimitsOf(props),
      ...(health.length > 0 && { health: health.map((rule) => rule._expressions()) }),
      ...(notifications.length > 0 && {
        notifications: notifications.map((one) => one._in(namespace ?? '')),
      }),
      ...(owners.length > 0 && { owners: [...owners] }),
      ...(links.length > 0 && { links: links.map(({ title, url }) => ({ title, url })) }),
    });
    if (props.createNamespace && namespace !== undefined) {
      new Cdk8sApiObject(this, 'Namespace', {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: namespace },
      });
    }
  }

  /**
   * Names an object after its place in the application: `new Deployment(application, 'web')` is named `web`. It
   * has no hash and no name of the environment, so that it is the same in all of them.
   *
   * @param apiObject The object to name.
   */
  public override generateObjectName(apiObject: ApiObject): string {
    const above = this.node.scopes.length;
    return objectName(
      apiObject.node.scopes.slice(above).map((scope) => scope.node.id),
      { kind: apiObject.kind, fallback: this.node.id },
    );
  }
}

function settingsOf(props: ApplicationProps): Partial<ObjectSettings> {
  const settings: Record<string, string | number> = {};
  for (const name of ['apply', 'prune', 'conflicts', 'drift', 'wait'] as const) {
    const value = props[name]?.value;
    if (value !== undefined) settings[name] = value;
  }
  if (props.waitTimeout) settings.waitTimeoutMs = props.waitTimeout.toMilliseconds();
  if (props.noProgressTimeout) settings.noProgressTimeoutMs = props.noProgressTimeout.toMilliseconds();
  // The setting classes have no other instances than those with allowed values.
  return settings as Partial<ObjectSettings>;
}
