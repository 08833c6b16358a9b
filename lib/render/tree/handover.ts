/** How `App.synth()` finds out who runs it: started by Truekeel, the program hands its tree over; started by
 * itself (`node main.ts`), it writes files. The receiver sits behind a registered symbol, so that it is found
 * by whatever copy of Truekeel the program resolves. A program in another language has no such process: the one
 * that its jsii runtime starts writes what was collected to the file that an environment variable names. */
import { writeFileSync } from 'node:fs';
import type { IConstruct } from 'constructs';
import type { KubernetesObject } from '../../objects/index.ts';
import { collect } from './collect.ts';
import type { Collected, Problem } from './collected.ts';

const RECEIVER = Symbol.for('truekeel.dev/receiver');

export type TreeReceiver = (root: IConstruct) => void;

/** Has the trees of all Apps of this process handed over. */
export function receiveTrees(receiver: TreeReceiver): void {
  Object.defineProperty(globalThis, RECEIVER, { value: receiver, configurable: true });
}

const CHART_RENDERER = Symbol.for('truekeel.dev/chartRenderer');

/** What a program asks of a Helm chart, as plain JSON: a program in its sandbox cannot run Helm. */
export interface ChartRequest {
  /** Places of the file that charts are locked in, absolute; the first that is there counts. */
  readonly locks: readonly string[];
  /** The name of the chart in that file. */
  readonly chart: string;
  readonly releaseName: string;
  readonly namespace: string;
  /** `1.33`, or with a patch number. */
  readonly kubernetesVersion: string;
  /** Further API versions that the chart is told the cluster has. */
  readonly apiVersions: readonly string[];
  readonly includeCrds: boolean;
  readonly values: unknown;
}

export interface ChartObject {
  /** As cdk8s takes it; `patches` make the rest of it. */
  readonly object: KubernetesObject;
  readonly patches: readonly {
    readonly op: 'add' | 'replace';
    readonly path: string;
    readonly value: unknown;
  }[];
  /** Places among the objects of those that it waits for. */
  readonly waitsFor: readonly number[];
}

/** What became of it. */
export type ChartAnswer =
  | { readonly objects: readonly ChartObject[]; readonly warnings: readonly Problem[] }
  | { readonly problem: Problem };

export type ChartRenderer = (request: ChartRequest) => ChartAnswer;

/** Has the charts of this process rendered by somebody else. */
export function receiveCharts(renderer: ChartRenderer): void {
  Object.defineProperty(globalThis, CHART_RENDERER, { value: renderer, configurable: true });
}

/** Undefined where nobody said that they render charts. */
export function chartRenderer(): ChartRenderer | undefined {
  return (globalThis as { [CHART_RENDERER]?: ChartRenderer })[CHART_RENDERER];
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
