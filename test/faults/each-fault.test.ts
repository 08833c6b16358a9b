/** Each fault by itself: which ones a run gets over, and that the next run mends the others. */
import { describe, it } from 'vitest';
import { disturb, once, type Patience } from './disturbed.ts';
import type { Fault, RequestKind, SeenRequest } from './fault.ts';
import type { Protocol } from './fault-proxy.ts';
import { onBothServers } from './servers.ts';

interface Case {
  readonly fault: Fault;
  readonly on: readonly RequestKind[];
  /** One of so many requests; each when absent. */
  readonly oneOf?: number;
  /** Part of the paths that are meant; all when absent. */
  readonly path?: string;
  readonly protocols?: readonly Protocol[];
}

const READS: readonly RequestKind[] = ['discovery', 'list', 'read', 'dry-run'];
const ALL: readonly RequestKind[] = [...READS, 'write', 'delete', 'watch'];
const BOTH: readonly Protocol[] = ['HTTP/2', 'HTTP/1.1'];

const OVERCOME: readonly Case[] = [
  { fault: { kind: 'answer', status: 429, acted: false }, on: ALL },
  { fault: { kind: 'answer', status: 429, retryAfter: 1, acted: false }, on: ALL },
  { fault: { kind: 'answer', status: 500, retryAfter: 1, acted: false }, on: ALL },
  { fault: { kind: 'answer', status: 502, acted: true }, on: ALL },
  { fault: { kind: 'answer', status: 503, acted: false }, on: ALL },
  { fault: { kind: 'answer', status: 504, acted: true }, on: ALL },
  { fault: { kind: 'reset stream', acted: false }, on: ALL },
  { fault: { kind: 'reset stream', acted: true }, on: ALL, protocols: BOTH },
  { fault: { kind: 'reset connection', acted: true }, on: ALL, oneOf: 10 },
  { fault: { kind: 'half-close', acted: true }, on: ALL, oneOf: 10, protocols: BOTH },
  { fault: { kind: 'silent connection', acted: true }, on: ALL, oneOf: 30 },
  { fault: { kind: 'delay', ms: 20 }, on: ALL, protocols: BOTH },
  { fault: { kind: 'cut' }, on: [...READS, 'write', 'delete'], protocols: BOTH },
  { fault: { kind: 'repeat' }, on: [...READS, 'write', 'delete'] },
  { fault: { kind: 'gone' }, on: ['list'], path: 'continue=' },
  { fault: { kind: 'gone' }, on: ['watch'] },
  { fault: { kind: 'watch', after: 0, effect: 'gone' }, on: ['watch'] },
  { fault: { kind: 'watch', after: 0, effect: 'end' }, on: ['watch'] },
  { fault: { kind: 'watch', after: 1, effect: 'cut a line' }, on: ['watch'], protocols: BOTH },
  { fault: { kind: 'watch', after: 1, effect: 'silence' }, on: ['watch'] },
];

const LEFT_TO_THE_NEXT_RUN: readonly Case[] = [
  { fault: { kind: 'answer', status: 500, acted: true }, on: ['write', 'delete'] },
  { fault: { kind: 'shorten' }, on: ['write', 'read'], oneOf: 4 },
  { fault: { kind: 'silent stream', acted: true }, on: ['write'], oneOf: 9, protocols: BOTH },
  // Without the pings of HTTP/2 it is the time limit of a request that ends the silence.
  { fault: { kind: 'silent connection', acted: false }, on: ['write'], oneOf: 9, protocols: ['HTTP/1.1'] },
  { fault: { kind: 'watch', after: 0, effect: 'drop an event' }, on: ['watch'] },
];

/** For a machine that others use, too. */
const DEADLINE_MS = 180_000;

onBothServers('each fault by itself', (server) => {
  const strike = (each: Case, protocol: Protocol, patience: Patience) => {
    const isMeant = ({ kind, path }: SeenRequest) => each.on.includes(kind) && path.includes(each.path ?? '');
    const chosen = (request: SeenRequest, index: number) =>
      isMeant(request) && index % (each.oneOf ?? 1) === 0;
    return disturb(server(), {
      protocol,
      patience,
      pageSize: 3,
      decide: once(each.fault, chosen),
    });
  };

  for (const protocol of BOTH) {
    const overProtocol = ({ protocols = ['HTTP/2'] }: Case) => protocols.includes(protocol);
    describe.concurrent(`over ${protocol}`, { timeout: DEADLINE_MS }, () => {
      for (const each of OVERCOME.filter(overProtocol)) {
        it(`is got over: ${describeCase(each)}`, async ({ expect }) => {
          const { errors, struck, findings } = await strike(each, protocol, 'usual');
          expect(struck.length).toBeGreaterThan(0);
          expect(errors).toEqual([]);
          expect(findings).toEqual([]);
        });
      }
      for (const each of LEFT_TO_THE_NEXT_RUN.filter(overProtocol)) {
        it(`is mended by the next run: ${describeCase(each)}`, async ({ expect }) => {
          const { struck, findings } = await strike(each, protocol, 'little');
          expect(struck.length).toBeGreaterThan(0);
          expect(findings).toEqual([]);
        });
      }
    });
  }
});

function describeCase({ fault: { kind, ...details }, on, path, oneOf }: Case): string {
  const which = oneOf === undefined ? 'each' : `one of ${oneOf}`;
  return `${kind} ${Object.values(details).join(' ')} on ${which} ${on.join('/')} ${path ?? ''}`.trim();
}
