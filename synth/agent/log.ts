import { pino } from 'pino';

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
