/** The libraries that Flux and Argo CD fill texts in with, for tests that ours do the same. */
import type { JsonValue } from '../../lib/objects/index.ts';
import { ReferenceProgram } from './program.ts';

const PROGRAM = new ReferenceProgram('text-module');

/** A text with variables as Flux has them, or a template of Go with the functions that Argo CD gives it. */
export type Request =
  | { readonly variables: string; readonly values: Readonly<Record<string, string>> }
  | { readonly template: string; readonly values: JsonValue; readonly options?: readonly string[] };

/** Undefined where the library refuses the text. */
export type Answer = string | undefined;

export function describeWithReference(name: string, suite: () => void): void {
  PROGRAM.describe(name, suite);
}

export function askReference(requests: readonly Request[]): readonly Answer[] {
  const answers = PROGRAM.ask(requests) as readonly { readonly Result: string; readonly Error: string }[];
  return answers.map(({ Result, Error: refusal }) => (refusal === '' ? Result : undefined));
}
