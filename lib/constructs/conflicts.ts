/** What is done when a controller holds a field with another value than the program's. */
export class Conflicts {
  /** The field is left alone, and reported. The default. */
  public static readonly REPORT = new Conflicts('report');

  /** The field is taken over. */
  public static readonly FORCE = new Conflicts('force');

  /** The field is left to the controller, silently from then on. */
  public static readonly YIELD = new Conflicts('yield');

  /** The value of the annotation `truekeel.dev/conflicts`. */
  public readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }
}
