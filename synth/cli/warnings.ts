import type { TruekeelError } from '../../lib/objects/index.ts';
import { describeWarning } from './exit.ts';
import type { Terminal } from './terminal.ts';

/** Prints warnings on standard error as they come. */
export function warningPrinter({ err, paint }: Terminal): (warning: TruekeelError) => void {
  return (warning) => {
    for (const line of describeWarning(warning, paint)) err(line);
  };
}
