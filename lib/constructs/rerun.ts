/** When a hook that has succeeded runs again. */
export class Rerun {
  /** When the hook itself changed. The default. */
  public static readonly ON_CHANGE = new Rerun('on-change');

  /**
   * Also when an object changed that it is there for: any other of its application, or, for a hook that is placed by
   * dependencies, one that depends on it.
   */
  public static readonly EVERY_RELEASE = new Rerun('every-release');

  /** The value of the annotation `truekeel.dev/rerun`. */
  public readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }
}
