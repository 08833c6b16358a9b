/** What the configuration file may be called; the first that is there is read. */
export const CONFIG_NAMES = [
  'truekeel.config.ts',
  'truekeel.config.mts',
  'truekeel.config.js',
  'truekeel.config.mjs',
];
