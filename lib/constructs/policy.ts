import type { IConstruct } from 'constructs';
import type { KubernetesObject } from '../objects/index.ts';
import type { CollectedFinding, CollectedObject, PolicyMark, PolicySubject } from '../render/index.ts';
import { markException } from '../render/index.ts';
import type { Severity } from './severity.ts';

/** Properties of a Policy. */
export interface PolicyProps {
  /**
   * How bad it is to violate it.
   *
   * @default Severity.ERROR
   */
  readonly severity?: Severity;
}

/** What a policy found. */
export interface PolicyFinding {
  /** What is wrong, as what follows the name of the object: `has no label "owner"`. */
  readonly message: string;

  /**
   * The field that it is about: `metadata.labels`.
   *
   * @default - none
   */
  readonly field?: string;

  /**
   * What to do about it.
   *
   * @default - none
   */
  readonly hint?: string;
}

/** An object as policies see it: rendered, before it is written. */
export class PolicyObject {
  /** Its API version: `apps/v1`. */
  public readonly apiVersion: string;

  /** Its kind. */
  public readonly kind: string;

  /** Its name. */
  public readonly name: string;

  /** Its namespace, where it says one. */
  public readonly namespace?: string;

  /** All of it, as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: jsii has no other word for JSON
  public readonly manifest: any;

  /** Where it stands in the program. */
  public readonly constructPath: string;

  /**
   * An object with what is read most at hand.
   *
   * @param manifest All of it, as JSON.
   * @param constructPath Where it stands in the program.
   */
  // biome-ignore lint/suspicious/noExplicitAny: jsii has no other word for JSON
  constructor(manifest: any, constructPath: string) {
    // As the program made it: whether it is a Kubernetes object is not known yet.
    const { apiVersion, kind, metadata }: Partial<KubernetesObject> = manifest;
    this.apiVersion = String(apiVersion ?? '');
    this.kind = String(kind ?? '');
    this.name = String(metadata?.name ?? '');
    if (typeof metadata?.namespace === 'string') this.namespace = metadata.namespace;
    this.manifest = manifest;
    this.constructPath = constructPath;
  }
}

/** An application as policies see it. */
export class PolicyApplication {
  /** Its name. */
  public readonly name: string;

  /** The name of its environment. */
  public readonly environment: string;

  /** Its objects, in the order of the program. */
  public readonly objects: PolicyObject[];

  /**
   * An application with its objects.
   *
   * @param name Its name.
   * @param environment The name of its environment.
   * @param objects Its objects.
   */
  constructor(name: string, environment: string, objects: PolicyObject[]) {
    this.name = name;
    this.environment = environment;
    this.objects = objects;
  }
}

/**
 * A rule of your own. Give it to an App, or to an Environment.
 *
 *     class HasOwner extends Policy {
 *       constructor() {
 *         super('has-owner');
 *       }
 *       override checkObject({ manifest }: PolicyObject): PolicyFinding[] {
 *         return manifest.metadata.labels?.owner ? [] : [{ message: 'has no label "owner"', field: 'metadata.labels' }];
 *       }
 *     }
 *
 *     new App({ policies: [...Policies.starter(), new HasOwner()] });
 */
export class Policy {
  /** Its name: what exceptions name. */
  public readonly name: string;

  private readonly severity?: Severity;

  /**
   * Makes a rule.
   *
   * @param name Its name. A policy of an Environment comes in the place of one of the App with the same name.
   * @param props What differs from the defaults.
   */
  constructor(name: string, props: PolicyProps = {}) {
    this.name = name;
    if (props.severity) this.severity = props.severity;
  }

  /**
   * Looks at one object.
   *
   * @param _object The object.
   * @returns what is wrong with it
   */
  public checkObject(_object: PolicyObject): PolicyFinding[] {
    return [];
  }

  /**
   * Looks at an application as a whole.
   *
   * @param _application The application.
   * @returns what is wrong with it
   */
  public checkApplication(_application: PolicyApplication): PolicyFinding[] {
    return [];
  }

  /**
   * The policy as rendering takes it.
   *
   * @internal
   */
  public _mark(): PolicyMark {
    return {
      name: this.name,
      isStarter: false,
      ...(this.severity && { severity: this.severity.value }),
      check: (subject) => this._check(subject),
    };
  }

  /**
   * What is wrong in an environment.
   *
   * @internal
   */
  public *_check({ environment, applications }: PolicySubject): Iterable<Omit<CollectedFinding, 'policy'>> {
    for (const application of applications) {
      const { name, objects } = application;
      const seen = objects.map(view);
      for (const object of seen) {
        const { constructPath } = object;
        for (const found of this.checkObject(object)) yield { application: name, constructPath, ...found };
      }
      const whole = new PolicyApplication(name, environment, seen);
      for (const found of this.checkApplication(whole)) yield { application: name, ...found };
    }
  }
}

function view({ object, constructPath }: CollectedObject): PolicyObject {
  return new PolicyObject(object, constructPath ?? '');
}

/** An exception from a policy. */
export interface PolicyExceptionProps {
  /** The name of the policy. */
  readonly policy: string;

  /** Why there is an exception, for those who review it. */
  readonly reason: string;

  /** The last day that it is in force: `2027-01-31`. */
  readonly expires: string;
}

/** Exceptions from policies: for a part of the program, with a reason, and until a day. */
export class PolicyException {
  /**
   * Makes an exception for a construct and all that is below it.
   *
   * @param scope An object, an application, an environment, or anything that has objects below it.
   * @param props From what, why, and until when.
   */
  public static add(scope: IConstruct, props: PolicyExceptionProps): void {
    markException(scope, { policy: props.policy, reason: props.reason, expires: props.expires });
  }

  private constructor() {}
}
