import { timeProcess } from './harness.ts';

/** Nothing of the user's own Git configuration (hooks, signing) is measured. */
export const GIT = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  ...identity('AUTHOR'),
  ...identity('COMMITTER'),
};

/** @param args the last one may be what Git reads from standard input */
export function git(directory: string, ...args: readonly (string | Buffer)[]) {
  const words = args.filter((arg) => typeof arg === 'string');
  const input = args.find((arg) => typeof arg !== 'string');
  return timeProcess(['git', ...words], { cwd: directory, env: GIT, ...(input && { input }) });
}

function identity(who: 'AUTHOR' | 'COMMITTER') {
  return {
    [`GIT_${who}_NAME`]: 'Bench',
    [`GIT_${who}_EMAIL`]: 'bench@example.com',
    [`GIT_${who}_DATE`]: '2026-01-01T00:00:00Z',
  };
}
