/** Waits until an object is ready, or gone, by what watches tell. Nothing is polled, and no write waits meanwhile. */
import type { HealthOptions, HealthRules } from '../health/index.ts';
import { groupKind, hookHealthOf, isSettled, readinessOf } from '../health/index.ts';
import type { ApiResource, ObjectWatcher } from '../kube/index.ts';
import type { KubernetesObject, ObjectKey } from '../objects/index.ts';
import { formatKey, TruekeelError } from '../objects/index.ts';
import type { Place } from '../plan/index.ts';
import { placeOf } from '../plan/index.ts';
import type { Diagnosis } from './diagnosis.ts';

export interface WaitLimits {
  /** Milliseconds from the write until an object has to be ready. */
  readonly timeoutMs: number;
  /** Milliseconds that may pass without any change of its state. */
  readonly noProgressTimeoutMs: number;
}

export interface WaitRequest {
  readonly resource: ApiResource;
  readonly key: ObjectKey;
  /** The object and where the program has it, for errors; the key alone when absent. */
  readonly place?: Place;
  /** `idle`: what runs to an end and does not work, whether or not it is over. */
  readonly until: 'ready' | 'gone' | 'idle';
  /** As the write returned it; states from before are not taken for its outcome. */
  readonly written?: KubernetesObject;
  readonly limits: WaitLimits;
  /** Rules of the application's own. */
  readonly rules?: HealthRules;
  readonly signal: AbortSignal;
  /** Until this one is gone; another object of the same name is not the one that was deleted. */
  readonly uid?: string;
  /** Told what is waited for, whenever that changes. */
  onWaiting(reason: string): void;
  /** Asked for a better reason while an object does not get ready; tells whenever it knows one. */
  explain?(object: KubernetesObject, onReason: (reason: string) => void): () => void;
  /** Asked once, when the wait fails, for all that there is to know. */
  explainFailure?(object: KubernetesObject): Promise<Diagnosis | undefined>;
}

/** Why a wait ended. */
type Outcome = { readonly ok: true } | { readonly ok: false; readonly why: string; readonly code: string };

/** Resolves when the object is ready (or gone).
 * @throws TruekeelError `NOT_READY`, `FAILED` (both of the family `not-ready`), `INTERRUPTED` */
export async function waitFor(watcher: ObjectWatcher, request: WaitRequest): Promise<void> {
  const { key, place = { key }, written, until, signal } = request;
  if (until === 'ready' && written && isSettled(readinessOf(written, optionsOf(request)))) return;
  const wait = new Wait(watcher, request);
  const outcome = await wait.outcome;
  if (outcome.ok) return;
  if (signal.aborted) throw notReady(place, { code: 'INTERRUPTED', why: 'the run was stopped' });
  const last = wait.object;
  const isHeld = until === 'gone' && finalizersOf(last).length > 0;
  const diagnosis = last && until === 'ready' ? await request.explainFailure?.(last) : undefined;
  const lines = diagnosis?.lines ?? (wait.explanation === undefined ? [] : [wait.explanation]);
  throw notReady(place, {
    code: outcome.code,
    why: [outcome.why, ...lines.map((line) => `  ${line}`)].join('\n'),
    ...(diagnosis?.hint !== undefined && { hint: diagnosis.hint }),
    ...(isHeld && { hint: HELD_HINT }),
  });
}

const HELD_HINT =
  'The controller that a finalizer belongs to takes it off when it has cleaned up: see to it that it runs. A new run waits again.';

function finalizersOf(object: KubernetesObject | undefined): readonly string[] {
  return object?.metadata.finalizers ?? [];
}

function optionsOf({ rules }: WaitRequest): HealthOptions {
  return rules ? { rules } : {};
}

interface Failure {
  readonly code: string;
  readonly why: string;
  readonly hint?: string;
}

function notReady(place: Place, { code, why, hint }: Failure): TruekeelError {
  return new TruekeelError(`${formatKey(place.key)}: ${why}`, {
    code,
    family: 'not-ready',
    ...placeOf(place),
    hint: hint ?? 'Look at it with: truekeel status. A new run waits again.',
  });
}

class Wait {
  readonly outcome: Promise<Outcome>;
  /** The last state that was seen. */
  object: KubernetesObject | undefined;
  /** Why it does not get ready, beyond its own status. */
  explanation: string | undefined;
  readonly #request: WaitRequest;
  readonly #settle: (outcome: Outcome) => void;
  readonly #timers: { total: NodeJS.Timeout; progress: NodeJS.Timeout };
  #reason = '';
  #said = '';
  #stopExplaining: (() => void) | undefined;

  constructor(watcher: ObjectWatcher, request: WaitRequest) {
    this.#request = request;
    this.object = request.written;
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.#settle = resolve;
    const { timeoutMs, noProgressTimeoutMs } = request.limits;
    this.#timers = {
      total: setTimeout(() => this.#timedOut(` within ${seconds(timeoutMs)}`), timeoutMs),
      progress: setTimeout(
        () => this.#timedOut(`, no progress for ${seconds(noProgressTimeoutMs)}`),
        noProgressTimeoutMs,
      ),
    };
    const onAbort = () => resolve({ ok: false, code: 'INTERRUPTED', why: 'the run was stopped' });
    request.signal.addEventListener('abort', onAbort, { once: true });
    if (request.signal.aborted) onAbort();
    const notBefore = request.written?.metadata.resourceVersion;
    const stop = watcher.observe(request.resource, request.key, {
      ...(notBefore !== undefined && request.until === 'ready' && { notBefore }),
      onState: (object) => this.#onState(object),
      onLost: (error) => this.#say(`cannot see it: ${error.message}`),
      onError: (error) =>
        resolve({ ok: false, code: 'NOT_READY', why: `cannot be watched: ${error.message}` }),
    });
    if (request.written) this.#onState(request.written);
    this.outcome = promise.finally(() => {
      stop();
      this.#stopExplaining?.();
      clearTimeout(this.#timers.total);
      clearTimeout(this.#timers.progress);
      request.signal.removeEventListener('abort', onAbort);
    });
  }

  #onState(object: KubernetesObject | undefined): void {
    if (object) this.object = object;
    if (this.#request.until === 'gone') this.#untilGone(object);
    else if (this.#request.until === 'idle') this.#untilIdle(object);
    else this.#untilReady(object);
  }

  /** The object that is waited for, as long as it is there: another of its name is not it. */
  #sameObject(object: KubernetesObject | undefined): KubernetesObject | undefined {
    const { uid } = this.#request;
    return uid === undefined || object?.metadata.uid === uid ? object : undefined;
  }

  #untilIdle(object: KubernetesObject | undefined): void {
    const run = this.#sameObject(object);
    if (!run || !isWorking(run, optionsOf(this.#request))) this.#settle({ ok: true });
    else this.#say('its run before this one goes on');
  }

  #untilGone(state: KubernetesObject | undefined): void {
    const object = this.#sameObject(state);
    if (!object) {
      this.#settle({ ok: true });
      return;
    }
    const finalizers = finalizersOf(object);
    const several = finalizers.length > 1 ? 's' : '';
    const held = finalizers.length > 0 ? `, held by the finalizer${several} ${finalizers.join(', ')}` : '';
    this.#say([`being deleted${held}`, ...obstacles(object)].join('; '));
  }

  #untilReady(object: KubernetesObject | undefined): void {
    const health = readinessOf(object, optionsOf(this.#request));
    if (isSettled(health)) {
      this.#settle({ ok: true });
      return;
    }
    if (health.status === 'Failed' && !health.isRetried) {
      this.#settle({ ok: false, code: 'FAILED', why: `failed: ${health.message}` });
      return;
    }
    this.#say(health.isRetried ? `fails, and is tried again: ${health.message}` : health.message);
    if (object && !this.#stopExplaining && this.#request.explain) {
      this.#stopExplaining = this.#request.explain(object, (reason) => {
        this.explanation = reason;
        this.#say(this.#reason);
      });
    }
  }

  #say(reason: string): void {
    this.#reason = reason;
    const text = this.explanation === undefined ? reason : `${reason}; ${this.explanation}`;
    if (text === this.#said) return;
    this.#said = text;
    this.#timers.progress.refresh();
    this.#request.onWaiting(text);
  }

  #timedOut(how: string): void {
    const what = this.#request.until;
    this.#settle({
      ok: false,
      code: 'NOT_READY',
      why: `not ${what}${how}: ${this.#reason || 'nothing is known of it'}`,
    });
  }
}

/** A pod of a Job counts as ready while its containers run; one that cannot be started does not. Of a custom kind it is
 * known whether it is over. */
function isWorking(run: KubernetesObject, options: HealthOptions): boolean {
  const { status } = hookHealthOf(run, options);
  if (status === 'Current' || status === 'Failed') return false;
  switch (groupKind(run)) {
    case 'Job.batch':
      return Number(run.status?.ready ?? 0) > 0;
    case 'Pod':
      return run.status?.phase === 'Running';
    default:
      return status === 'InProgress';
  }
}

/** What keeps a namespace from going, as it says itself: all conditions that are set while it is deleted tell of one. */
function obstacles({ kind, status }: KubernetesObject): readonly string[] {
  if (kind !== 'Namespace') return [];
  const conditions = (status?.conditions ?? []) as readonly { status: string; message?: string }[]; // as served
  return conditions.flatMap((condition) =>
    condition.status === 'True' && condition.message ? [condition.message] : [],
  );
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`;
}
