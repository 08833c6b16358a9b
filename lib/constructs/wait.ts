/** What is waited for after an object was applied. */
export class Wait {
  /** Until it is ready. The default. */
  public static readonly READY = new Wait('ready');

  /** Until it is there. */
  public static readonly PRESENT = new Wait('present');

  /** For nothing. */
  public static readonly NONE = new Wait('none');

  /** The value of the annotation `truekeel.dev/wait`. */
  public readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }
}
