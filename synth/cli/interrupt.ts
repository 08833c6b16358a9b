import type { Terminal } from './terminal.ts';

/** Turns Ctrl-C (and SIGTERM) into an abort, so that what is in flight can end well; the second one ends the process. */
export function interruptible(terminal: Terminal): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
    terminal.err('Stopping: what is in flight is finished. Press Ctrl-C again to stop at once.');
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    dispose: () => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal),
  };
}
