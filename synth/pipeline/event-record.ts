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
    case 'finished': {
      const { errors, skipped, ...result } = event.result;
      return { type: event.type, ...result, errors: errors.length, skipped: skipped.length };
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
