/** What is done when a live object no longer has what was applied. */
export class Drift {
  /** Apply again, at once. The default. */
  public static readonly CORRECT = new Drift('correct');

  /** Say so, and leave it. */
  public static readonly REPORT = new Drift('report');

  /** Neither correct nor report it. */
  public static readonly IGNORE = new Drift('ignore');

  /** The value of the annotation `truekeel.dev/drift`. */
  public readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }
}
