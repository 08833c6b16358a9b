/** Reads what the process of a program sends ({@link ChildOutput} and what comes before it), while it comes. Nothing is
 * believed but that it is JSON: the process runs code of users. */
import { LINE_FEED } from './protocol.ts';

export interface ProgramResult {
  /** What was sent as objects. */
  readonly objects: readonly unknown[];
  /** What came last, or undefined when that is not JSON. */
  readonly output: unknown;
}

export class ResultReader {
  readonly #objects: unknown[] = [];
  readonly #ended: () => void;
  #onObject: ((object: unknown) => void) | undefined;
  #onQuestion: ((asked: unknown) => void) | undefined;
  readonly #questions: unknown[] = [];
  #line: Buffer[] = [];
  #output: unknown;
  #broken = false;

  /** @param ended called when the sender has said that nothing follows */
  constructor(ended: () => void) {
    this.#ended = ended;
  }

  /** Has a function called with each object: those that are there already, now, and others when they come. */
  onObject(listener: (object: unknown) => void): void {
    this.#onObject = listener;
    for (const object of this.#objects) listener(object);
  }

  /** Has a function called with each thing that it asks: those that are there already, now, and others when they come. */
  onQuestion(listener: (asked: unknown) => void): void {
    this.#onQuestion = listener;
    for (const asked of this.#questions) listener(asked);
  }

  receive(chunk: Buffer): void {
    let rest = chunk;
    for (let end = rest.indexOf(LINE_FEED); end >= 0; end = rest.indexOf(LINE_FEED)) {
      this.#line.push(rest.subarray(0, end));
      rest = rest.subarray(end + 1);
      this.#endLine();
    }
    if (rest.length > 0) this.#line.push(rest);
  }

  /** What was received until now. */
  result(): ProgramResult {
    if (this.#line.length > 0) this.#output = this.#parse();
    return { objects: this.#objects, output: this.#broken ? undefined : this.#output };
  }

  #endLine(): void {
    const value = this.#parse();
    if (Array.isArray(value)) {
      for (const object of value) {
        this.#objects.push(object);
        this.#onObject?.(object);
      }
      return;
    }
    if (value !== null && typeof value === 'object' && 'asks' in value) {
      this.#questions.push(value.asks);
      this.#onQuestion?.(value.asks);
      return;
    }
    this.#output = value;
    if (!this.#broken) this.#ended();
  }

  #parse(): unknown {
    const text = Buffer.concat(this.#line).toString('utf8');
    this.#line = [];
    try {
      return JSON.parse(text);
    } catch {
      this.#broken = true;
      return undefined;
    }
  }
}
