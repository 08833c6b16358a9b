/** Finds out what both sides have, by naming our commits from the newest to the oldest (gitprotocol-v2, "fetch"). */
import { decodeCommit } from '../commit.ts';
import type { GitContext } from '../context.ts';
import type { Oid } from '../oid.ts';

/** Commits named in the first question; twice as many in each one after it. */
const FIRST_HAVES = 32;
const MOST_HAVES = 8_192;

/** Names that may bring nothing new before we ask for everything that is left. */
const MOST_IN_VAIN = 2_048;

/** Our commits in the order of their dates, without those that a common one reaches. */
export class Negotiation {
  readonly #context: GitContext;
  readonly #queue: { readonly oid: Oid; readonly seconds: number; readonly parents: readonly Oid[] }[] = [];
  readonly #seen = new Set<Oid>();
  readonly #common = new Set<Oid>();
  #batch = FIRST_HAVES;
  #inVain = 0;

  /** @param tips what our refs point at */
  constructor(context: GitContext, tips: Iterable<Oid>) {
    this.#context = context;
    for (const tip of tips) this.#enqueue(tip);
  }

  /** Those that the server has too: a server without memory has to be told again. */
  get common(): Iterable<Oid> {
    return this.#common;
  }

  /** The next commits to name.
   * @returns none when there are no more, or naming them leads nowhere */
  next(): readonly Oid[] {
    const haves: Oid[] = [];
    while (haves.length < this.#batch && this.#inVain + haves.length < MOST_IN_VAIN) {
      const commit = this.#queue.shift();
      if (!commit) break;
      // What a common commit reaches is common.
      if (this.#common.has(commit.oid)) {
        for (const parent of commit.parents) this.#common.add(parent);
        continue;
      }
      haves.push(commit.oid);
      for (const parent of commit.parents) this.#enqueue(parent);
    }
    this.#batch = Math.min(this.#batch * 2, MOST_HAVES);
    this.#inVain += haves.length;
    return haves;
  }

  acknowledge(oids: Iterable<Oid>): void {
    for (const oid of oids) {
      this.#common.add(oid);
      this.#inVain = 0;
    }
  }

  #enqueue(oid: Oid): void {
    if (this.#seen.has(oid)) return;
    this.#seen.add(oid);
    const object = this.#context.reader.readNow(oid);
    if (object?.type !== 'commit') return;
    const { committer, parents } = decodeCommit(oid, object.body);
    const at = this.#queue.findLastIndex((other) => other.seconds >= committer.seconds);
    this.#queue.splice(at + 1, 0, { oid, seconds: committer.seconds, parents });
  }
}
