/** What has to be so before a change passes on to an environment, as it stands in the rendered branch: data, for whoever
 * promotes. */
export type Gate =
  | { readonly type: 'ready' }
  | { readonly type: 'soak'; readonly durationMs: number }
  | {
      readonly type: 'window';
      /** All days when absent. */
      readonly days?: readonly Weekday[];
      /** `08:00`. A window that ends before it begins ends on the next day. */
      readonly from: string;
      readonly to: string;
      /** IANA: `Europe/Berlin`. */
      readonly timeZone: string;
    }
  | {
      readonly type: 'freeze';
      /** `2026-12-20T00:00:00Z` */
      readonly from: string;
      readonly to: string;
      readonly reason: string;
    }
  | {
      readonly type: 'metric';
      /** Of Prometheus, or of what answers like it. */
      readonly server: string;
      readonly query: string;
      readonly atLeast?: number;
      readonly atMost?: number;
      /** Name of a Secret, not its content. */
      readonly secret?: string;
      /** That of the Secret. */
      readonly namespace?: string;
    }
  | {
      readonly type: 'http';
      readonly url: string;
      readonly status: readonly number[];
      /** Name of a Secret, not its content. */
      readonly secret?: string;
      /** That of the Secret. */
      readonly namespace?: string;
    }
  | {
      readonly type: 'job';
      readonly image: string;
      readonly command?: readonly string[];
      readonly args?: readonly string[];
      readonly serviceAccount?: string;
      /** Where it runs. */
      readonly namespace?: string;
      readonly timeoutMs: number;
    }
  | ApprovalGate
  | { readonly type: 'policy'; readonly policy: string };

export interface ApprovalGate {
  readonly type: 'approval';
  readonly people?: readonly string[];
  readonly teams?: readonly string[];
  /** How many of them. */
  readonly count: number;
}

export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;

export type Weekday = (typeof WEEKDAYS)[number];
