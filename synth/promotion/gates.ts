/** Asks the gates of an environment: what they need to know and whom they ask is put together here. */
import {
  type Approver,
  type Candidate,
  evaluateGates,
  type GateResult,
  jobOutcome,
  readSecretKey,
  unavailableOn,
} from '../../lib/promotion/index.ts';
import { judgedBy } from './policies.ts';
import type { Render } from './renders.ts';
import type { Run } from './run.ts';
import type { Situation } from './situation.ts';

/** What is known once the candidate was rendered. */
export interface Judged {
  readonly render?: Render;
  /** Who approved the pull request as it is; absent where there is none. */
  readonly approvals?: readonly Approver[];
}

export function askGates(
  { request }: Run,
  { environment, upstreams }: Situation,
  candidate: Candidate,
  { render, approvals }: Judged = {},
): Promise<readonly GateResult[]> {
  const { fetch, forge, signal, clusterOf, now, moves } = request;
  const first = upstreams[0]?.release;
  const client = () =>
    unavailableOn(() => {
      if (!first) throw new Error('a candidate has a release in every environment upstream');
      return clusterOf(first);
    });
  return evaluateGates(
    environment.gates ?? [],
    {
      candidate,
      upstreams: upstreams.map(({ summary: { environment: name, why } }) => ({ environment: name, why })),
      now: now(),
      approvals,
      policies: render ? judgedBy(render, environment.name) : new Map(),
    },
    {
      fetch,
      signal,
      ...(forge && { isMember: (team, user) => forge.isMember(team, user) }),
      authorization: async (secret) => readSecretKey(await client(), secret),
      job: async (gate) => {
        const subject = { environment: environment.name, source: candidate.source };
        if (moves !== 'never') return jobOutcome(await client(), gate, subject);
        return { state: 'waiting', why: 'nothing is run by looking' };
      },
    },
  );
}
