import type { Credential } from './http.ts';

/** A token that somebody gave us; there is no other when it is refused.
 * @param header how the forge wants to have it */
export function tokenCredential(
  token: string,
  header: (token: string) => Readonly<Record<string, string>>,
): Credential {
  return { headers: async () => header(token), renew: () => false, secrets: [token] };
}
