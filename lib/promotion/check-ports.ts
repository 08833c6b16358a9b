/** What gates that ask somebody ask. */
import type { Gate } from '../objects/index.ts';
import type { GateAnswer } from './gate-result.ts';

/** As a forge knows them. */
export interface Approver {
  readonly id: string;
  readonly login: string;
}

export interface CheckPorts {
  readonly fetch: typeof globalThis.fetch;
  /** The value of the header `Authorization` in a Secret.
   * @throws CheckUnavailable when it cannot be read */
  readonly authorization: (secret: { readonly namespace: string; readonly name: string }) => Promise<string>;
  /** Starts a Job unless it was started, and says how far it is.
   * @throws CheckUnavailable when the cluster cannot be asked */
  readonly job: (gate: Extract<Gate, { readonly type: 'job' }>) => Promise<GateAnswer>;
  /** Whether somebody belongs to a team; absent where no forge can be asked. */
  readonly isMember?: (team: string, user: Approver) => Promise<boolean>;
  readonly signal: AbortSignal;
}

/** What a check needs is not there: it waits. Its message holds nothing secret. */
export class CheckUnavailable extends Error {
  override readonly name = 'CheckUnavailable';
}
