/** The functions of templates, by name. */
import type { Call } from './arguments.ts';
import { COLLECTIONS } from './collections.ts';
import { COMPARISONS } from './comparisons.ts';
import { ENCODINGS } from './encodings.ts';
import { NUMBERS } from './numbers.ts';
import { TEXTS } from './texts.ts';

export const FUNCTIONS: Readonly<Record<string, Call>> = {
  ...COMPARISONS,
  ...TEXTS,
  ...NUMBERS,
  ...COLLECTIONS,
  ...ENCODINGS,
};
