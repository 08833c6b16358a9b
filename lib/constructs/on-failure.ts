/** What is done when a release could not be applied, or did not get ready. */
export class OnFailure {
  /** What was applied stays as it is, and people decide. The default. */
  public static readonly STOP = new OnFailure('stop');

  /**
   * The environment goes back to the release before, by a new rendered commit, and is held there until somebody
   * releases it.
   */
  public static readonly ROLL_BACK = new OnFailure('roll-back');

  /** The name of the setting's value. */
  public readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }
}
