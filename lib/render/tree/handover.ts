/** How `App.synth()` finds out who runs it: started by Truekeel, the program hands its tree over; started by
 * itself (`node main.ts`), it writes files. The receiver sits behind a registered symbol, so that it is found
 * by whatever copy of Truekeel the program resolves. A program in another language has no such process: the one
 * that its jsii runtime starts writes what was collected to the file that an environment variable names. */
import { writeFileSync } from 'node:fs';
import type { IConstruct } from 'constructs';
import { collect } from './collect.ts';
import type { Collected } from './collected.ts';

const RECEIVER = Symbol.for('truekeel.dev/receiver');

export type TreeReceiver = (root: IConstruct) => void;

/** Has the trees of all Apps of this process handed over. */
export function receiveTrees(receiver: TreeReceiver): void {
  Object.defineProperty(globalThis, RECEIVER, { value: receiver, configurable: true });
}

/** Name of the environment variable with the file for what programs in other languages make. */
export const HANDOVER_VARIABLE = 'TRUEKEEL_HANDOVER';

/** What is in that file. */
export interface HandedOver {
  /** One for each App whose `synth()` was called. */
  readonly apps: readonly Collected[];
}

/** @returns whether somebody took the tree */
export function handOver(root: IConstruct): boolean {
  const receiver = (globalThis as { [RECEIVER]?: TreeReceiver })[RECEIVER] ?? fileReceiver();
  receiver?.(root);
  return receiver !== undefined;
}

const collected = new Map<IConstruct, Collected>();

function fileReceiver(): TreeReceiver | undefined {
  const file = process.env[HANDOVER_VARIABLE];
  if (!file) return undefined;
  return (root) => {
    collected.set(root, collect(root));
    const handedOver: HandedOver = { apps: [...collected.values()] };
    writeFileSync(file, JSON.stringify(handedOver));
  };
}
