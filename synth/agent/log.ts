import { pino } from 'pino';
import type { ApplyEvent } from '../../lib/apply/index.ts';
import { formatKey, TruekeelError, TruekeelErrors } from '../../lib/objects/index.ts';

/** Structured log lines: what happened as data, and a sentence. */
export interface AgentLog {
  debug(data: object, message: string): void;
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}

/** Writes one JSON object a line to standard output: `level`, `time` (ISO 8601), `msg`, and the data. */
export function agentLog(level: string): AgentLog {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });
}

/** An error as data. */
export function describe(error: unknown): unknown {
  if (error instanceof TruekeelErrors) return error.errors.map((one) => one.toJSON());
  if (error instanceof TruekeelError) return error.toJSON();
  return error instanceof Error ? { message: error.message, stack: error.stack } : String(error);
}

const WRITTEN = {
  create: 'created',
  change: 'changed',
  replace: 'replaced',
  delete: 'deleted',
  adopt: 'adopted',
  detach: 'detached',
  none: 'unchanged',
} as const;

/** What happens to single objects in a run. */
export function logEvent(log: AgentLog, event: ApplyEvent): void {
  switch (event.type) {
    case 'written': {
      const { application, durationMs, action } = event;
      log.info({ object: formatKey(event.key), application, ms: Math.round(durationMs) }, WRITTEN[action]);
      break;
    }
    case 'conflict': {
      const { path, manager, resolution } = event.conflict;
      log.warn(
        { object: formatKey(event.key), path, manager, resolution },
        'a field is held by somebody else',
      );
      break;
    }
    case 'edge-dropped': {
      const { from, to, circle } = event.edge;
      log.warn(
        { object: formatKey(from), needs: formatKey(to), circle },
        'does not wait for what it needs, since that would close a circle',
      );
      break;
    }
    case 'waiting':
      log.debug({ object: formatKey(event.key), reason: event.reason }, 'waiting');
      break;
    case 'failed':
      log.error({ object: formatKey(event.key), error: event.error.toJSON() }, 'failed');
      break;
    case 'skipped':
      log.warn({ object: formatKey(event.key), because: event.because }, 'skipped');
      break;
  }
}
