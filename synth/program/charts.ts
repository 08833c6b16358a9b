/** Renders the Helm charts that a program asks for. Loaded when one does. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { answerChart, ChartCache } from '../../lib/helm/index.ts';
import type { ChartAnswer } from '../../lib/render/index.ts';
import { cacheDirectory } from '../cache-directory.ts';
import { watchMemory } from './memory.ts';

export interface ChartOptions {
  /** Of whoever runs Truekeel: where Helm is looked for, and the cache. Default: that of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Renders everything anew, to see whether it is the same. Default: the same is not rendered twice. */
  readonly isFresh?: boolean;
}

interface QuestionOptions extends ChartOptions {
  readonly root: string;
  readonly signal: AbortSignal;
  /** When the program was started, by the clock of `performance`. */
  readonly started: number;
}

/** Beside what a process takes anyway. Helm refuses charts that unpack to more than a hundred megabytes. */
const MEMORY_MB = 1024;

export async function answerQuestion(asked: unknown, options: QuestionOptions): Promise<ChartAnswer> {
  const { root, signal, started, env = process.env, isFresh = false } = options;
  // Another second than that of the run beside it: what a chart makes of the time is found, too.
  if (isFresh) await delay(Math.max(0, started + 1000 - performance.now()), undefined, { signal });
  return answerChart(asked, {
    root,
    env,
    signal,
    watch: (pid, tooMuch) => watchMemory(pid, MEMORY_MB, tooMuch),
    ...(!isFresh && { cache: new ChartCache(join(cacheDirectory(env), 'charts')) }),
  });
}
