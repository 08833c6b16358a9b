/** Reads what the process of a program sends ({@link ChildOutput} and what comes before it), while it comes. Nothing is
 * believed but that it is JSON: the process runs code of users. */
const LINE_FEED = 0x0a;

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
