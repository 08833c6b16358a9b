/** How `App.synth()` finds out who runs it: started by Truekeel, the program hands its tree over; started by
 * itself (`node main.ts`), it writes files. The receiver sits behind a registered symbol, so that it is found
 * by whatever copy of Truekeel the program resolves. */
import type { IConstruct } from 'constructs';

const RECEIVER = Symbol.for('truekeel.dev/receiver');

export type TreeReceiver = (root: IConstruct) => void;

/** Has the trees of all Apps of this process handed over. */
export function receiveTrees(receiver: TreeReceiver): void {
  Object.defineProperty(globalThis, RECEIVER, { value: receiver, configurable: true });
}

/** @returns whether somebody took the tree */
export function handOver(root: IConstruct): boolean {
  const receiver = (globalThis as { [RECEIVER]?: TreeReceiver })[RECEIVER];
  receiver?.(root);
  return receiver !== undefined;
}
