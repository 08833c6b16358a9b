import { dirname } from 'node:path';

/** A directory and all that it is in, from the inside outwards. */
export function ancestors(directory: string): readonly string[] {
  return dirname(directory) === directory ? [directory] : [directory, ...ancestors(dirname(directory))];
}
