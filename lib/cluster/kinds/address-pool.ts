import type { AddressPool } from './rules.ts';

/** A pool that gives out the numbers from `first` to `last`, written as `format` says. */
function numberPool(
  first: number,
  last: number,
  format: (value: number) => string,
  includes: (address: string) => boolean,
): AddressPool {
  const taken = new Set<string>();
  let next = first;
  return {
    allocate() {
      for (let tried = 0; tried <= last - first; tried++) {
        const address = format(next);
        next = next === last ? first : next + 1;
        if (taken.has(address)) continue;
        taken.add(address);
        return address;
      }
      throw new RangeError('no address is left');
    },
    claim(address) {
      if (taken.has(address)) return false;
      taken.add(address);
      return true;
    },
    release: (address) => void taken.delete(address),
    includes,
  };
}

/** Cluster IPs, from 10.96.0.10 on so that the first ones stay free for those who ask for them. */
export function serviceAddressPool(): AddressPool {
  return numberPool(
    10,
    65_534,
    (value) => `10.96.${value >> 8}.${value & 0xff}`,
    (address) => address.startsWith('10.96.'),
  );
}

/** The first and the last of them. */
export const NODE_PORTS = [30_000, 32_767] as const;

export function nodePortPool(): AddressPool {
  const [first, last] = NODE_PORTS;
  return numberPool(first, last, String, (port) => Number(port) >= first && Number(port) <= last);
}
