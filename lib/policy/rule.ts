import type { ValidatedObject } from '../validate/index.ts';

/** `error` stops the rendering, `warning` is told, `off` is not looked at. */
export type Severity = 'error' | 'warning' | 'off';

/** Something that a rule does not like about an object; about an application where there is no object. */
export interface Finding {
  readonly application: string;
  readonly object?: JudgedObject;
  /** What is wrong, as what follows the name of the object: `runs as root`. */
  readonly message: string;
  /** `spec.template.spec.containers[0].image` */
  readonly field?: string;
  readonly hint?: string;
}

/** An object with its key and place; a RenderedObject is one. */
export type JudgedObject = ValidatedObject;

/** A RenderedApplication is one. */
export interface JudgedApplication {
  readonly name: string;
  readonly objects: readonly JudgedObject[];
}

/** What a rule looks at: all that goes to one environment. */
export interface Subject {
  readonly applications: readonly JudgedApplication[];
}

export interface Rule {
  /** `image-digest`: how exceptions and severities name it. */
  readonly name: string;
  /** One line for people. */
  readonly summary: string;
  readonly severity: Exclude<Severity, 'off'>;
  check(subject: Subject): Iterable<Finding>;
}

/** A rule that looks at one object after the other. */
export function objectRule(
  rule: Omit<Rule, 'check'>,
  check: (object: JudgedObject) => Iterable<Omit<Finding, 'application' | 'object'>>,
): Rule {
  return {
    ...rule,
    *check({ applications }) {
      for (const { name, objects } of applications) {
        for (const object of objects) {
          for (const finding of check(object)) yield { application: name, object, ...finding };
        }
      }
    },
  };
}
