/** A number of pods, or a share of them. */
export class PodCount {
  /**
   * So many pods.
   *
   * @param pods A whole number, zero or more.
   */
  public static of(pods: number): PodCount {
    return new PodCount(
      pods,
      Number.isInteger(pods) && pods >= 0 ? undefined : `${pods} is no number of pods`,
    );
  }

  /**
   * So many of a hundred pods. Kubernetes rounds up to whole pods.
   *
   * @param percent A whole number from 0 to 100.
   */
  public static percent(percent: number): PodCount {
    const isShare = Number.isInteger(percent) && percent >= 0 && percent <= 100;
    return new PodCount(`${percent}%`, isShare ? undefined : `${percent}% is not from 0% to 100%`);
  }

  /**
   * A number, or text that ends in `%`, as Kubernetes takes it.
   *
   * @internal
   */
  public readonly _value: number | string;

  /**
   * Why Kubernetes would refuse it.
   *
   * @internal
   */
  public readonly _problem: string | undefined;

  private constructor(value: number | string, problem: string | undefined) {
    this._value = value;
    this._problem = problem;
  }
}
