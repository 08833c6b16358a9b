/** One write's view of the pools. What it takes is its own at once, and is given back if the write comes to nothing: it fails, or
 * is a dry run. What it gives back is free once the write is done. */
import type { AddressPool, Surroundings } from './rules.ts';

/** @param write says whether it changed anything for good
 * @throws whatever `write` throws */
export function reserving<T>(
  surroundings: Surroundings,
  write: (place: Surroundings) => { readonly result: T; readonly isDone: boolean },
): T {
  const pools = {
    serviceAddresses: reserve(surroundings.serviceAddresses),
    nodePorts: reserve(surroundings.nodePorts),
  };
  const { now, newUid } = surroundings;
  let isKept = false;
  try {
    const { result, isDone } = write({
      serviceAddresses: pools.serviceAddresses.pool,
      nodePorts: pools.nodePorts.pool,
      now,
      newUid,
    });
    isKept = isDone;
    return result;
  } finally {
    for (const { settle } of Object.values(pools)) settle(isKept);
  }
}

function reserve(pool: AddressPool) {
  const taken = new Set<string>();
  const returned = new Set<string>();
  return {
    pool: {
      allocate() {
        const address = pool.allocate();
        taken.add(address);
        return address;
      },
      claim(address) {
        const isFree = pool.claim(address);
        if (isFree) taken.add(address);
        return isFree;
      },
      release: (address) => void returned.add(address),
      includes: (address) => pool.includes(address),
    } satisfies AddressPool,
    settle(isKept: boolean) {
      for (const address of isKept ? returned : taken) pool.release(address);
    },
  };
}
