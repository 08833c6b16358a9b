/** How much memory a verb takes that reads many objects once (docs/decisions/0013, 0047). V8 reads these flags whenever it
 * is about to grow, so that they may be set while the process runs; the flags that name a size are read at start only, and a
 * command cannot give itself those. */
import { setFlagsFromString } from 'node:v8';

/** Has V8 collect early: the young generation grows once, from 1 MB a half to 4, and the old one is collected when it has
 * grown by a fifth. To be called before anything is loaded, which makes the young one grow; what keeps it from growing on
 * is {@link keepYoungSmall}. */
export function collectEarly(): void {
  setFlagsFromString('--semi-space-growth-factor=4');
  setFlagsFromString('--heap-growing-percent=20');
}

/** Has the young generation stay as it is now, where it would grow to 16 MB a half. */
export function keepYoungSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
