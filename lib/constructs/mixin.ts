import type { IConstruct } from 'constructs';

/** A change that fits many constructs: of all objects of an application, of one kind of object. */
export interface IMixin {
  /**
   * Whether it has something to change in a construct.
   *
   * @param construct Any construct of the scope.
   */
  supports(construct: IConstruct): boolean;

  /**
   * Changes a construct that it supports.
   *
   * @param construct The construct.
   */
  applyTo(construct: IConstruct): void;
}

/**
 * Applies mixins to everything in a scope.
 *
 *     Mixins.of(application).apply(new TopologySpread({ over: [Topology.ZONE] }));
 *
 * They change what is there at this time. One mixin comes after the other, and each goes through the tree from the top
 * down in the order in which constructs were made, so the outcome is always the same.
 */
export class Mixins {
  /**
   * The constructs of a scope, with the scope itself.
   *
   * @param scope Any construct.
   */
  public static of(scope: IConstruct): Mixins {
    return new Mixins(scope);
  }

  private readonly scope: IConstruct;

  private constructor(scope: IConstruct) {
    this.scope = scope;
  }

  /**
   * Applies mixins to each construct that they support.
   *
   * @param mixins In the order in which they are applied.
   */
  public apply(...mixins: IMixin[]): Mixins {
    for (const mixin of mixins) {
      for (const construct of this.scope.node.findAll()) {
        if (mixin.supports(construct)) mixin.applyTo(construct);
      }
    }
    return this;
  }
}
