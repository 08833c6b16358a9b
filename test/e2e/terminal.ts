import { plainPaint, type Terminal } from '../../synth/cli/terminal.ts';

/** A terminal that remembers what was printed and answers questions from a list. */
export interface Recorder extends Terminal {
  readonly stdout: string;
  readonly stderr: string;
}

export function recorder(
  answers: readonly string[] = [],
  onLine: (line: string) => void = () => {},
): Recorder {
  const out: string[] = [];
  const err: string[] = [];
  const left = [...answers];
  return {
    out: (line) => {
      out.push(line);
      onLine(line);
    },
    err: (line) => {
      err.push(line);
      onLine(line);
    },
    redraw: () => {},
    flush: () => {},
    paint: plainPaint,
    live: false,
    interactive: answers.length > 0,
    columns: 120,
    ask: async (question) => {
      err.push(question);
      return left.shift() ?? '';
    },
    get stdout() {
      return out.join('\n');
    },
    get stderr() {
      return err.join('\n');
    },
  };
}
