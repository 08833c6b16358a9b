import type { Duration } from 'cdk8s';
import type { Day } from './day.ts';

/** When changes may pass. */
export interface TimeWindow {
  /** From when on each day, `08:00`. */
  readonly from: string;

  /** Until when, `17:00`. A window that ends before it begins ends on the next day. */
  readonly to: string;

  /** Whose clock: `Europe/Berlin`, `UTC`. */
  readonly timeZone: string;

  /**
   * On which days it begins.
   *
   * @default - on all days
   */
  readonly days?: Day[];
}

/** When no change may pass. */
export interface Freeze {
  /** From when on, with the time zone: `2026-12-20T00:00:00+01:00`. */
  readonly from: string;

  /** Until when, likewise. */
  readonly to: string;

  /** Why, for people who wait. */
  readonly reason: string;
}

/** A question to Prometheus, or to what answers like it. One bound is needed. */
export interface MetricCheck {
  /** The address of its HTTP API, without credentials: `https://prometheus.example`. */
  readonly server: string;

  /** PromQL that gives one number. */
  readonly query: string;

  /**
   * The number has to be that, or more.
   *
   * @default - there is no lower bound
   */
  readonly atLeast?: number;

  /**
   * The number has to be that, or less.
   *
   * @default - there is no upper bound
   */
  readonly atMost?: number;

  /**
   * The name of a Secret that has the value of the header `Authorization` under the key `authorization`. It is read in the
   * cluster that the change comes from, in the namespace of the first environment in `promotesFrom`.
   *
   * @default - no credentials are sent
   */
  readonly secretName?: string;
}

/** A request that has to be answered well. */
export interface HttpCheck {
  /** The address, without credentials. */
  readonly url: string;

  /**
   * Status codes that are well.
   *
   * @default [200]
   */
  readonly status?: number[];

  /**
   * The name of a Secret that has the value of the header `Authorization` under the key `authorization`. It is read in the
   * cluster that the change comes from, in the namespace of the first environment in `promotesFrom`.
   *
   * @default - no credentials are sent
   */
  readonly secretName?: string;
}

/**
 * A program that has to end well, run in the cluster that the change comes from, in the namespace of the first environment
 * in `promotesFrom`.
 */
export interface JobCheck {
  /** Its image, best by digest. */
  readonly image: string;

  /**
   * What is run in it.
   *
   * @default - what the image says
   */
  readonly command?: string[];

  /**
   * Arguments.
   *
   * @default - what the image says
   */
  readonly args?: string[];

  /**
   * The name of its service account.
   *
   * @default - that of the namespace
   */
  readonly serviceAccountName?: string;

  /**
   * How long it may take.
   *
   * @default Duration.minutes(10)
   */
  readonly timeout?: Duration;
}

/** Who has to agree. People or teams are needed. */
export interface Approvers {
  /**
   * People, by the names that the forge knows them by.
   *
   * @default - nobody by name
   */
  readonly people?: string[];

  /**
   * Teams, likewise: `example/web`.
   *
   * @default - no team
   */
  readonly teams?: string[];

  /**
   * How many of them.
   *
   * @default 1
   */
  readonly count?: number;
}
