/** Writes to the process that started the program. */
import type { CollectedObject } from '../../lib/render/tree/index.ts';
import { type Asking, LINE_FEED, RESULT_DESCRIPTOR } from './protocol.ts';

/** What a line is read in. */
const CHUNK_BYTES = 1 << 16;

// Importing it would have Node load all that hangs on it, such as streams and readline.
const { readSync, writeSync } = process.getBuiltinModule('node:fs');

/** Objects in a line: enough not to write all the time, few enough for the reader to begin early. */
const BATCH = 64;

/** Sends objects as they come. */
export class ObjectSender {
  readonly #places = new Map<CollectedObject, number>();
  #batch: CollectedObject[] = [];
  #done: CollectedObject[] = [];

  /** @param isNeeded it is looked at again; otherwise its content is let go once it was sent */
  add(object: CollectedObject, isNeeded: boolean): void {
    this.#places.set(object, this.#places.size);
    this.#batch.push(object);
    if (!isNeeded) this.#done.push(object);
    if (this.#batch.length === BATCH) this.flush();
  }

  flush(): void {
    if (this.#batch.length > 0) send(`${JSON.stringify(this.#batch)}\n`);
    // Only its place is asked for from now on. Very many of them would take a good part of the memory.
    for (const object of this.#done) Object.assign(object, { object: undefined });
    this.#batch = [];
    this.#done = [];
  }

  /** Where the object stands among all that were sent. */
  placeOf(object: CollectedObject): number {
    return this.#places.get(object) ?? -1;
  }
}

export function send(text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(RESULT_DESCRIPTOR, bytes, at);
    } catch (error) {
      // The reader is behind, and the program has nothing to do without it.
      waitIfBusy(error);
    }
  }
}

/** Asks, and waits for the answer. */
export function ask(question: Asking): unknown {
  send(`${JSON.stringify(question)}\n`);
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    try {
      const size = readSync(RESULT_DESCRIPTOR, chunk);
      if (size === 0) throw new Error('nobody answers any more');
      chunks.push(chunk.subarray(0, size));
      if (chunk[size - 1] === LINE_FEED) return JSON.parse(Buffer.concat(chunks).toString('utf8'));
    } catch (error) {
      waitIfBusy(error);
    }
  }
}

function waitIfBusy(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
}
