import type { Gate } from '../objects/index.ts';

/** `waiting`: it may pass by itself; `failed`: it says no, for now. */
type GateState = 'passed' | 'waiting' | 'failed';

export interface GateResult {
  readonly gate: Gate;
  readonly state: GateState;
  /** For people. Nothing of a Secret, and of no answer more than its number, is in it. */
  readonly why: string;
  /** Since when that is so, as far as it is known: milliseconds since 1970. */
  readonly since?: number;
  /** When that changes, likewise. */
  readonly until?: number;
}

/** A result without its gate. */
export type GateAnswer = Omit<GateResult, 'gate'>;
