/** Renders the Helm charts that a program asks for. Loaded when one does. */
import { join } from 'node:path';
import { answerChart, ChartCache } from '../../lib/helm/index.ts';
import type { ChartAnswer } from '../../lib/render/index.ts';
import { cacheDirectory } from '../cache-directory.ts';
import type { ChartOptions } from './chart-options.ts';
import { watchMemory } from './memory.ts';

interface QuestionOptions extends ChartOptions {
  readonly root: string;
  readonly signal: AbortSignal;
}

/** Beside what a process takes anyway. Helm refuses charts that unpack to more than a hundred megabytes. */
const MEMORY_MB = 1024;

export async function answerQuestion(asked: unknown, options: QuestionOptions): Promise<ChartAnswer> {
  const { root, signal, env = process.env, anew } = options;
  await anew?.();
  return answerChart(asked, {
    root,
    env,
    signal,
    watch: (pid, tooMuch) => watchMemory(pid, MEMORY_MB, tooMuch),
    ...(!anew && { cache: new ChartCache(join(cacheDirectory(env), 'charts')) }),
  });
}
