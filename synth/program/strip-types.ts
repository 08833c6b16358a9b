import { stripTypeScriptTypes } from 'node:module';

/** Leaves types out as Node does for an import: every other character stays at its place.
 * @throws SyntaxError for syntax that cannot be left out */
export function stripTypes(text: string): string {
  // Node warns that the function is experimental; it leaves out types in the same way as for an import.
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(text);
  } finally {
    process.emitWarning = emitWarning;
  }
}
