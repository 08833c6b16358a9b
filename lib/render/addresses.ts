/** Addresses and names of Secrets, as programs give them to others than Kubernetes. */

/** What is wrong with an address, as the rest of a sentence. What stands in Git must not let anybody in anywhere. */
export function addressProblem(address: unknown): string | undefined {
  const url = typeof address === 'string' ? URL.parse(address) : null;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    return `with the address ${JSON.stringify(address)}, which does not begin with https:// or http://`;
  return url.username !== '' || url.password !== ''
    ? 'with credentials in its address, which would get into Git: name a Secret'
    : undefined;
}

export function isSecretName(name: unknown): boolean {
  return typeof name === 'string' && /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/.test(name);
}
