/** Applications that are kept from run to run of a program (docs/decisions/0026-kept-applications.md). */
import { version } from '../../version.ts';
import type { ProgramPlace } from '../child-process.ts';
import type { ChildOptions } from '../limits.ts';
import { ContentStore } from './store.ts';

/** What is kept of a program that runs at that place within these limits. */
export function contentStoreOf(
  { program, root, cwd }: ProgramPlace,
  { time, environmentVariables, unrestricted }: ChildOptions,
): ContentStore {
  const identity = [process.version, version(), program, cwd, time, environmentVariables, unrestricted];
  return new ContentStore(identity, root);
}
