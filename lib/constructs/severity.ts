/** How bad it is when something violates a policy. */
export class Severity {
  /** Nothing is rendered. */
  public static readonly ERROR = new Severity('error');

  /** It is told. */
  public static readonly WARNING = new Severity('warning');

  /** Nobody looks. */
  public static readonly OFF = new Severity('off');

  /** As it stands in results. */
  public readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }
}
