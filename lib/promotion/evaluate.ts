/** Gates → whether each lets a change pass. What asks somebody, or runs something, does so only once everything before it has
 * passed: the order of the gates is the author's. */
import { formatDuration, type Gate } from '../objects/index.ts';
import { checkApproval } from './approval.ts';
import type { Candidate } from './candidate.ts';
import { type Approver, type CheckPorts, CheckUnavailable } from './check-ports.ts';
import { checkHttp, checkMetric } from './checks.ts';
import type { GateAnswer, GateResult } from './gate-result.ts';
import { windowAt } from './window.ts';

/** What is known of a change before anybody is asked. */
export interface GateFacts {
  readonly candidate: Candidate;
  /** The environments that it promotes from, in the order of the candidate's runs. */
  readonly upstreams: readonly { readonly environment: string; readonly why: string }[];
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Who approved exactly this; undefined where there is nothing that can be approved. */
  readonly approvals: readonly Approver[] | undefined;
  /** By policy: how its environment was judged by it. */
  readonly policies: ReadonlyMap<string, { readonly violations: number; readonly exceptions: number }>;
}

const READY: Gate = { type: 'ready' };

/** @returns one result a gate, in their order; first of all whether it is ready upstream, which it always has to be */
export async function evaluateGates(
  gates: readonly Gate[],
  facts: GateFacts,
  ports: CheckPorts,
): Promise<readonly GateResult[]> {
  const results: GateResult[] = [];
  for (const gate of gates.some(({ type }) => type === 'ready') ? gates : [READY, ...gates]) {
    const blocking = results.find(({ state }) => state !== 'passed');
    const answer: GateAnswer =
      blocking && ASKING.has(gate.type)
        ? { state: 'waiting', why: `not asked before ${blocking.gate.type} has passed` }
        : await evaluate(gate, facts, ports);
    results.push({ gate, ...answer });
  }
  return results;
}

const ASKING: ReadonlySet<Gate['type']> = new Set(['http', 'job', 'metric']);

function evaluate(gate: Gate, facts: GateFacts, ports: CheckPorts): GateAnswer | Promise<GateAnswer> {
  switch (gate.type) {
    case 'ready':
      return ready(facts);
    case 'soak':
      return soaked(gate.durationMs, facts);
    case 'window': {
      const { open, until } = windowAt(gate, facts.now);
      const when = `${gate.from} to ${gate.to}, ${gate.timeZone}`;
      const answer: GateAnswer = open
        ? { state: 'passed', why: `it is open (${when})` }
        : { state: 'waiting', why: `it is closed (${when})` };
      return until === undefined ? answer : { ...answer, until };
    }
    case 'freeze':
      return frozen(gate, facts.now);
    case 'metric':
      return checkMetric(gate, ports);
    case 'http':
      return checkHttp(gate, ports);
    case 'job':
      return ports.job(gate).catch((error: unknown): GateAnswer => {
        if (error instanceof CheckUnavailable) return { state: 'waiting', why: error.message };
        throw error;
      });
    case 'approval':
      return checkApproval(gate, facts.approvals, ports.isMember);
    case 'policy':
      return kept(gate.policy, facts);
  }
}

function ready({ candidate, upstreams }: GateFacts): GateAnswer {
  const late = upstreams.filter((_, index) => candidate.runs[index]?.readySince === undefined);
  if (late.length > 0) {
    return {
      state: 'waiting',
      why: late.map(({ environment, why }) => `${environment}: ${why}`).join('; '),
    };
  }
  const names = upstreams.map(({ environment }) => environment).join(' and ');
  return {
    state: 'passed',
    why: `ready in ${names}`,
    ...(candidate.readySince !== undefined && { since: candidate.readySince }),
  };
}

function soaked(durationMs: number, { candidate: { readySince }, now }: GateFacts): GateAnswer {
  const needed = formatDuration(durationMs);
  if (readySince === undefined) return { state: 'waiting', why: `${needed}, counted from when it is ready` };
  const at = readySince + durationMs;
  return at <= now
    ? { state: 'passed', why: `ready for ${needed}`, since: at }
    : { state: 'waiting', why: `not ready for ${needed} yet`, since: readySince, until: at };
}

function frozen({ from, to, reason }: Extract<Gate, { readonly type: 'freeze' }>, now: number): GateAnswer {
  const [begin, end] = [Date.parse(from), Date.parse(to)];
  if (begin <= now && now < end)
    return { state: 'waiting', why: `frozen: ${reason}`, since: begin, until: end };
  return { state: 'passed', why: 'not frozen', ...(now < begin && { until: begin }) };
}

function kept(policy: string, { policies }: GateFacts): GateAnswer {
  const judged = policies.get(policy);
  if (!judged) return { state: 'failed', why: `it was not judged by ${policy}` };
  const { violations, exceptions } = judged;
  if (violations > 0)
    return {
      state: 'failed',
      why: `${policy} is not kept in ${violations} ${violations === 1 ? 'place' : 'places'}`,
    };
  return {
    state: 'passed',
    why: `${policy} is kept${exceptions > 0 ? `, with ${exceptions} exceptions` : ''}`,
  };
}
