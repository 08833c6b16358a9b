/** Property tests begin with random seeds, so that each run sees cases that none has seen. Where one tree must always be
 * judged alike, as in CI, `TRUEKEEL_PROPERTY_SEED` (an integer) makes the runs the same. */
const seed = process.env.TRUEKEEL_PROPERTY_SEED;
if (seed !== undefined) {
  const { default: fc } = await import('fast-check');
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
}
