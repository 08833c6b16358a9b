/** Where `charts.lock.json` may lie: the digests of the Helm charts of a program. Whoever renders charts reads it. */
import { resolve } from 'node:path';
import type { IConstruct } from 'constructs';
import { besideProgram } from './image-lock.ts';

const FILE = 'charts.lock.json';

const paths = new WeakMap<IConstruct, string>();

/** Has a program's charts looked up in a file of another name or place.
 * @param root the App */
export function setChartLock(root: IConstruct, path: string): void {
  paths.set(root, path);
}

/** The name or place that was given to the file. */
export function chartLockPath(root: IConstruct): string | undefined {
  return paths.get(root);
}

/** Absolute paths; the first that is there counts. */
export function chartLocksOf(construct: IConstruct): readonly string[] {
  const path = paths.get(construct.node.root);
  const places = path === undefined ? [...besideProgram(FILE), FILE] : [path];
  return places.map((place) => resolve(place));
}
