/** When an object is applied. */
export class Apply {
  /** Whenever it differs. The default. */
  public static readonly ALWAYS = new Apply('always');

  /** Only when it is not there yet. */
  public static readonly CREATE_ONLY = new Apply('create-only');

  /** It is deleted and created anew when a field changed that the API server does not let change. */
  public static readonly RECREATE = new Apply('recreate');

  /** Not at all, until this is taken away. */
  public static readonly PAUSED = new Apply('paused');

  /** The value of the annotation `truekeel.dev/apply`. */
  public readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }
}
