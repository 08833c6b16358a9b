/** FNV-1a of the UTF-16 units, 32 bits; Node's own digests take longer to load than this takes. */
export function checksum(text: string, seed = 0x811c9dc5): number {
  let sum = seed;
  for (let at = 0; at < text.length; at += 1) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return sum >>> 0;
}

const SEEDS = [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35];

/** Names a file of a cache by what it belongs to. Whoever starts a program waits for this, and would for Node to load its
 * own digests; where two had one name, neither would get what is the other's, as what is kept goes by path. */
export function checksumName(identity: string): string {
  return SEEDS.map((seed) => checksum(identity, seed).toString(16).padStart(8, '0')).join('');
}
