/** How the samples of custom kinds are written down. */

/** Spec, status and the rest of an object; kind and name are added. */
export interface Sample {
  readonly generation?: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec?: object;
  readonly status?: object;
}

/** What the samples are: `Failing` is a failure that the controller tries again. */
export type Verdict = 'Current' | 'InProgress' | 'Failed' | 'Failing' | 'Paused';

/** Samples by group kind, and by what they are. Kinds that share a rule share samples, too. */
export type Samples = Readonly<Record<string, Readonly<Partial<Record<Verdict, readonly Sample[]>>>>>;

type ConditionTuple = readonly [type: string, status: string, reason?: string | undefined, message?: string];

/** A status with these conditions, and more. */
export function conditions(...tuples: readonly ConditionTuple[]): { readonly conditions: readonly object[] } {
  return {
    conditions: tuples.map(([type, status, reason, message]) => ({
      type,
      status,
      ...(reason !== undefined && { reason }),
      ...(message !== undefined && { message }),
      lastTransitionTime: '2025-01-01T00:00:00Z',
    })),
  };
}

/** Samples with a status of these conditions and nothing more. */
export function conditioned(...tuples: readonly ConditionTuple[]): Sample {
  return { status: conditions(...tuples) };
}

export function phased(phase: string, more: object = {}): Sample {
  return { status: { phase, ...more } };
}
