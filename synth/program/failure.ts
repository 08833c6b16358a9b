/** Makes data of whatever a program threw. */
import { programFile } from '../../lib/render/tree/index.ts';
import type { ProgramFailure } from './protocol.ts';

/** @param root of the repository; places are relative to it */
export function describeFailure(thrown: unknown, root: string): ProgramFailure {
  if (!(thrown instanceof Error)) return { name: 'Error', message: `the program threw ${inspect(thrown)}` };
  // What the permission model refuses is often wrapped: fetch says no more than "fetch failed".
  const denied = [thrown, thrown.cause].find(isDenied);
  const details = (denied ?? thrown) as Error &
    Partial<Record<'code' | 'family' | 'hint' | 'constructPath', unknown>>;
  return {
    name: thrown.name,
    message:
      denied === undefined || denied === thrown ? thrown.message : `${thrown.message}: ${denied.message}`,
    ...texts({
      code: details.code,
      family: details.family,
      hint: details.hint,
      constructPath: details.constructPath,
    }),
    ...topFrame(thrown.stack ?? '', root),
  };
}

function texts(fields: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function inspect(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return value !== null && typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The first line of the stack that lies in the program. A syntax error has its place on a line of its own,
 * above the message: `file:///repo/main.ts:3`. */
function topFrame(stack: string, root: string): Pick<ProgramFailure, 'file' | 'line' | 'column'> {
  for (const line of stack.split('\n')) {
    const match = /^(?: +at (?:.*? \()?)?((?:file:\/\/|\/|[A-Za-z]:\\).*?):(\d+)(?::(\d+))?\)?$/.exec(line);
    const file = programFile(match?.[1], root);
    if (file === undefined || !match) continue;
    return { file, line: Number(match[2]), ...(match[3] !== undefined && { column: Number(match[3]) }) };
  }
  return {};
}

function isDenied(error: unknown): error is Error {
  return error instanceof Error && (error as { readonly code?: unknown }).code === 'ERR_ACCESS_DENIED';
}
