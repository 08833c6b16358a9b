import type { PolicyMark } from '../render/index.ts';
import { readAdmissionPolicies } from './admission-policies.ts';
import { Policy, type PolicyProps } from './policy.ts';

/** The policies that Truekeel brings along; docs/policies.md has a list. */
export class Policies {
  /** All of them, each with a severity of its own. */
  public static starter(): Policy[] {
    return [new StarterPolicy('starter')];
  }

  /**
   * One of them.
   *
   * @param name Its name, such as `image-digest`.
   * @param props How bad it is to violate it, where it is not as usual.
   */
  public static starterRule(name: string, props: PolicyProps = {}): Policy {
    return new StarterPolicy(name, props);
  }

  /**
   * ValidatingAdmissionPolicies of Kubernetes, which are carried out as the API server would when objects are created,
   * one policy each. Policies without a binding are in force nowhere, as in a cluster.
   *
   * @param path A YAML file, or a folder of such files, with policies, their bindings, and perhaps their parameters.
   */
  public static admission(path: string): Policy[] {
    return readAdmissionPolicies(path);
  }

  private constructor() {}
}

/** Stands for a rule that is carried out outside of the program. */
class StarterPolicy extends Policy {
  /** @internal */
  public override _mark(): PolicyMark {
    const { check: _, ...mark } = super._mark();
    return { ...mark, isStarter: true };
  }
}
