/** The verbs and their flags. What a verb does is in `commands/<verb>.ts`. */

import { AUTHORING } from './authoring.ts';
import { CHANGES } from './changes.ts';
import type { Verb } from './options.ts';
import { RELEASES } from './releases.ts';
import { TOOLS } from './tools.ts';

/** In the order in which help has them. */
export const VERBS: readonly Verb[] = [...AUTHORING, ...CHANGES, ...RELEASES, ...TOOLS];
