import type { Weekday } from '../objects/index.ts';

/** A day of the week. */
export class Day {
  /** Monday. */
  public static readonly MONDAY = new Day('monday');

  /** Tuesday. */
  public static readonly TUESDAY = new Day('tuesday');

  /** Wednesday. */
  public static readonly WEDNESDAY = new Day('wednesday');

  /** Thursday. */
  public static readonly THURSDAY = new Day('thursday');

  /** Friday. */
  public static readonly FRIDAY = new Day('friday');

  /** Saturday. */
  public static readonly SATURDAY = new Day('saturday');

  /** Sunday. */
  public static readonly SUNDAY = new Day('sunday');

  /** Monday to Friday. */
  public static workdays(): Day[] {
    return [Day.MONDAY, Day.TUESDAY, Day.WEDNESDAY, Day.THURSDAY, Day.FRIDAY];
  }

  /** Its name: `monday`. */
  public readonly name: string;

  /** @internal */
  public readonly _weekday: Weekday;

  private constructor(weekday: Weekday) {
    this.name = weekday;
    this._weekday = weekday;
  }
}
