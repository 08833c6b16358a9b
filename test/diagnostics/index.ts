/** A failing sample of each diagnostic of authoring: what people write, render and import. */
import { COMMANDS } from './commands.ts';
import { IMPORTS } from './imports.ts';
import { KUBERNETES } from './kubernetes.ts';
import { PROGRAMS } from './programs.ts';
import type { Sample } from './sample.ts';

export const SAMPLES: Readonly<Record<string, Sample>> = {
  ...COMMANDS,
  ...PROGRAMS,
  ...KUBERNETES,
  ...IMPORTS,
};
