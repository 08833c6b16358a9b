import type { HealthExpressions } from '../objects/index.ts';

/** How objects of one kind are judged. */
export interface HealthRuleProps {
  /**
   * The API group of the kind.
   *
   * @default - the core group
   */
  readonly group?: string;

  /** The kind. */
  readonly kind: string;

  /** True when an object is as asked for. While nothing is true, it is in progress. */
  readonly current: string;

  /**
   * True when an object will not get ready unless somebody changes something; nothing waits for it any more.
   *
   * @default - it never fails
   */
  readonly failed?: string;

  /**
   * True while an object is worked on, whatever `current` says.
   *
   * @default - whenever nothing else is true
   */
  readonly inProgress?: string;

  /**
   * True when an object stands still because somebody asked for that; nothing waits for it.
   *
   * @default - it is never paused
   */
  readonly paused?: string;

  /**
   * A text for people.
   *
   * @default - the status alone
   */
  readonly message?: string;
}

/**
 * How objects of one kind are judged, for kinds that Truekeel does not know, or otherwise than it would. Written in CEL,
 * the expression language of Kubernetes, over the variable `object`:
 *
 *     HealthRule.of({
 *       group: 'acme.io',
 *       kind: 'Widget',
 *       failed: 'object.status.phase == "Broken"',
 *       current: 'object.status.phase == "Ready"',
 *       message: 'object.status.reason',
 *     });
 *
 * Deletion and a generation that the controller has not seen yet come before every rule.
 */
export class HealthRule {
  /**
   * Makes a rule.
   *
   * @param props The kind, and its expressions.
   */
  public static of(props: HealthRuleProps): HealthRule {
    return new HealthRule(props);
  }

  /** The API group of the kind; empty for the core group. */
  public readonly group: string;

  /** The kind. */
  public readonly kind: string;

  private readonly props: HealthRuleProps;

  private constructor(props: HealthRuleProps) {
    this.props = props;
    this.group = props.group ?? '';
    this.kind = props.kind;
  }

  /**
   * The rule as it is rendered.
   *
   * @internal
   */
  public _expressions(): HealthExpressions {
    const { paused, failed, inProgress, current, message } = this.props;
    return {
      group: this.group,
      kind: this.kind,
      ...(paused !== undefined && { paused }),
      ...(failed !== undefined && { failed }),
      ...(inProgress !== undefined && { inProgress }),
      current,
      ...(message !== undefined && { message }),
    };
  }
}
