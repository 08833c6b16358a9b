import type { ApplyEvent } from '../../lib/apply/index.ts';
import { formatKey } from '../../lib/objects/index.ts';

/** An event of a run as one flat record for a log: keys as people read them, no object content. */
export function eventRecord(event: ApplyEvent): Readonly<Record<string, unknown>> {
  switch (event.type) {
    case 'started':
      return event;
    case 'edge-dropped': {
      const { from, to, until, circle } = event.edge;
      return { type: event.type, from: formatKey(from), to: formatKey(to), until, circle };
    }
    case 'approved': {
      const { keys, ...approval } = event.approval;
      return { type: event.type, ...approval, keys: keys.map(formatKey) };
    }
    case 'finished': {
      const { errors, skipped, approvals, ...result } = event.result;
      const counts = { errors: errors.length, skipped: skipped.length, approvals: approvals.length };
      return { type: event.type, ...result, ...counts };
    }
    case 'failed':
      return { type: event.type, key: formatKey(event.key), error: event.error.toJSON() };
    case 'written': {
      const { live: _, ...rest } = event;
      return { ...rest, key: formatKey(event.key) };
    }
    case 'conflict': {
      const { path, manager, resolution } = event.conflict;
      return { type: event.type, key: formatKey(event.key), path, manager, resolution };
    }
    default:
      return { ...event, key: formatKey(event.key) };
  }
}
