/** vitest's global set-up: starts one control plane for the whole run, if a chosen test file asks for one, and
 * stops it at the end. Every other run pays nothing. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { findAssets, findGo, isComplete, placesFrom, whyMissing } from './assets.ts';
import type { Connection } from './connection.ts';
import { ensureAssets } from './go.ts';
import { type ControlPlane, startControlPlane } from './start.ts';

/** What test files are told, by `inject('controlPlane')`. */
export type ControlPlaneState =
  /** No chosen file asked for it. */
  | { readonly state: 'unused' }
  | { readonly state: 'started'; readonly nodes: boolean; readonly connection: Connection }
  /** Neither assets nor a Go that could build them. */
  | { readonly state: 'missing'; readonly reason: string };

declare module 'vitest' {
  interface ProvidedContext {
    controlPlane: ControlPlaneState;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const running = isAskedFor(project.vitest.state.getPaths()) ? await start(process.env) : undefined;
  project.provide('controlPlane', running?.state ?? { state: 'unused' });
  return async () => running?.controlPlane?.stop();
}

interface Running {
  readonly state: ControlPlaneState;
  readonly controlPlane?: ControlPlane;
}

async function start(environment: NodeJS.ProcessEnv): Promise<Running> {
  const decision = decide(environment);
  if ('reason' in decision) return { state: { state: 'missing', reason: decision.reason } };
  const onProgress = (line: string) => console.error(line);
  try {
    await ensureAssets(decision.nodes ? 'nodes' : 'api', { environment, onProgress });
  } catch (error) {
    // Go without a network, say: nothing that a test could mend.
    if (environment.CI === 'true') throw error;
    const [reason = ''] = String(error).split('\n');
    return { state: { state: 'missing', reason: `no control plane: building it failed: ${reason}` } };
  }
  const controlPlane = await startControlPlane({ nodes: decision.nodes ? 'kwok' : 'none' });
  const { connection } = controlPlane;
  return { state: { state: 'started', nodes: decision.nodes, connection }, controlPlane };
}

/** Whether a control plane can be had, and with nodes or without.
 * @throws Error on CI when it cannot be had in full: there, tests that did not run must not look like success */
export function decide(
  environment: NodeJS.ProcessEnv,
): { readonly nodes: boolean } | { readonly reason: string } {
  const places = placesFrom(environment);
  const all = findAssets('nodes', places);
  if (isComplete(all) || findGo(environment) !== undefined) return { nodes: true };
  const reason = whyMissing(all, places);
  if (environment.CI === 'true') throw new Error(reason);
  return isComplete(findAssets('api', places)) ? { nodes: false } : { reason };
}

/** Whether one of the files imports suite.ts, itself or by way of others. */
export function isAskedFor(files: readonly string[]): boolean {
  const suite = join(import.meta.dirname, 'suite.ts');
  const pending = new Set(files);
  // A set's iteration also reaches what is added meanwhile, and no file twice.
  for (const file of pending) {
    if (file === suite) return true;
    for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(/\bfrom '(\.{1,2}\/[^']+\.ts)'/g)) {
      const imported = resolve(dirname(file), specifier);
      if (existsSync(imported)) pending.add(imported);
    }
  }
  return false;
}
