/** The spans of a run, made from its events: what the printer sees is what is traced. */
import type { ObjectKey } from '../objects/index.ts';
import { formatKey } from '../objects/index.ts';
import type { Plan } from '../plan/index.ts';
import { type Attributes, currentTrace, type OpenSpan } from '../trace/index.ts';
import type { ApplyEvent, ApplyResult } from './events.ts';

/** @returns undefined when nobody listens */
export async function startRunSpans(plan: Plan): Promise<RunSpans | undefined> {
  const trace = await currentTrace();
  const attributes = { 'truekeel.environment': plan.environment, 'truekeel.plan.digest': plan.digest };
  return trace && new RunSpans(trace.span('truekeel.apply', attributes));
}

export class RunSpans {
  readonly #run: OpenSpan;
  readonly #writes = new Map<string, OpenSpan>();
  readonly #waits = new Map<string, OpenSpan>();
  /** From the first delete to the last. */
  #prune: OpenSpan | undefined;
  #prunedAt = 0;

  constructor(run: OpenSpan) {
    this.#run = run;
  }

  see(event: ApplyEvent): void {
    switch (event.type) {
      case 'writing':
        this.#begin(event);
        break;
      case 'written':
        this.#endWrite(event.key);
        break;
      case 'waiting':
        this.#beginWait(event.key);
        break;
      case 'ready':
      case 'gone':
        this.#endWait(event.key);
        break;
      case 'failed':
        this.#endWrite(event.key, event.error);
        this.#endWait(event.key, event.error);
        break;
      case 'finished':
        this.#run.set(resultAttributes(event.result));
        this.end(event.result.errors[0]);
        break;
    }
  }

  /** Ends all that is open.
   * @param error what the run failed with */
  end(error?: unknown): void {
    for (const span of [...this.#writes.values(), ...this.#waits.values()]) span.end();
    this.#writes.clear();
    this.#waits.clear();
    this.#prune?.end({ at: this.#prunedAt });
    this.#prune = undefined;
    this.#run.end(error === undefined ? {} : { error });
  }

  #begin({ key, application, action }: Extract<ApplyEvent, { type: 'writing' }>): void {
    if (action === 'delete') this.#prune ??= this.#run.inside.span('truekeel.prune');
    const within = action === 'delete' && this.#prune ? this.#prune : this.#run;
    const attributes = {
      ...objectAttributes(key),
      'truekeel.application': application,
      'truekeel.action': action,
    };
    this.#writes.set(formatKey(key), within.inside.span('truekeel.write', attributes));
  }

  #endWrite(key: ObjectKey, error?: unknown): void {
    const name = formatKey(key);
    this.#writes.get(name)?.end(error === undefined ? {} : { error });
    this.#writes.delete(name);
    if (this.#prune) this.#prunedAt = Date.now();
  }

  #beginWait(key: ObjectKey): void {
    const name = formatKey(key);
    if (this.#waits.has(name)) return;
    this.#waits.set(name, this.#run.inside.span('truekeel.wait', objectAttributes(key)));
  }

  #endWait(key: ObjectKey, error?: unknown): void {
    const name = formatKey(key);
    this.#waits.get(name)?.end(error === undefined ? {} : { error });
    this.#waits.delete(name);
  }
}

/** `k8s.namespace.name` is OpenTelemetry's own name. */
function objectAttributes({ group, kind, namespace, name }: ObjectKey): Attributes {
  return {
    'k8s.object.group': group,
    'k8s.object.kind': kind,
    ...(namespace !== '' && { 'k8s.namespace.name': namespace }),
    'k8s.object.name': name,
  };
}

function resultAttributes({ actions, requests, errors, skipped, interrupted }: ApplyResult): Attributes {
  return {
    ...numbered('truekeel.actions', actions),
    ...numbered('truekeel.requests', requests.byVerb),
    'truekeel.errors': errors.length,
    'truekeel.skipped': skipped.length,
    'truekeel.interrupted': interrupted,
  };
}

function numbered(prefix: string, counts: Readonly<Record<string, number>>): Attributes {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [`${prefix}.${name}`, count]));
}
