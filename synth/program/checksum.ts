/** FNV-1a of the UTF-16 units, 32 bits; Node's own digests take longer to load than this takes. */
export function checksum(text: string, seed = 0x811c9dc5): number {
  let sum = seed;
  for (let at = 0; at < text.length; at += 1) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return sum >>> 0;
}
