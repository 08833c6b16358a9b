/** What servers said that they do with pushes, kept for a while: the second push of a process is one request. Which refs
 * the server has is not kept; it compares them itself with what the push expects. */

const KEPT_MS = 300_000;

const remembered = new Map<
  string,
  { readonly capabilities: ReadonlyMap<string, string>; readonly until: number }
>();

/** @param address of the repository, without credentials */
export function recallCapabilities(address: string): ReadonlyMap<string, string> | undefined {
  const known = remembered.get(address);
  return known && performance.now() < known.until ? known.capabilities : undefined;
}

export function rememberCapabilities(address: string, capabilities: ReadonlyMap<string, string>): void {
  remembered.set(address, { capabilities, until: performance.now() + KEPT_MS });
}

export function forgetCapabilities(address: string): void {
  remembered.delete(address);
}
