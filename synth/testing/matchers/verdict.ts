import type { Paint } from '../yaml-diff.ts';

/** What a matcher says. */
export interface Verdict {
  readonly pass: boolean;
  readonly message: () => string;
}

/** What matchers use of vitest's own state. */
export interface MatcherContext {
  readonly isNot?: boolean;
  readonly utils: {
    EXPECTED_COLOR(text: string): string;
    RECEIVED_COLOR(text: string): string;
    DIM_COLOR(text: string): string;
  };
}

/** Colours as vitest itself uses them: none where its output goes to no terminal. */
export function paintOf({ utils }: MatcherContext): Paint {
  return { expected: utils.EXPECTED_COLOR, found: utils.RECEIVED_COLOR, dim: utils.DIM_COLOR };
}
