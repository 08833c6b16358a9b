/** What is done with a live object that is no longer in the program. */
export class Prune {
  /** It is deleted. The default. */
  public static readonly ALLOW = new Prune('allow');

  /** It is deleted with a recorded approval only. */
  public static readonly PROTECT = new Prune('protect');

  /** It stays in the cluster, and is nobody's. */
  public static readonly DETACH = new Prune('detach');

  /** The value of the annotation `truekeel.dev/prune`. */
  public readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }
}
