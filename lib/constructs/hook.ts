/**
 * What makes an object a hook, a Job as a rule: it runs once for what it is, other objects wait until it has succeeded,
 * and it is made anew when it changes.
 *
 *     Settings.of(migration).hook(Hook.BEFORE);
 */
export class Hook {
  /** The other objects of its application wait for it, but for those that it needs itself: its service account, say. */
  public static readonly BEFORE = new Hook('before');

  /** It waits until the other objects of its application are ready. */
  public static readonly AFTER = new Hook('after');

  /** What waits for it says so: `deployment.node.addDependency(migration)`. */
  public static readonly ORDERED = new Hook('ordered');

  /** The value of the annotation `truekeel.dev/hook`. */
  public readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }
}
