/** Keeps credentials out of everything that is shown, logged or stored. */

const MASK = '***';

/** User information of a URL, up to the last `@` before the path. */
const URL_USER_INFO = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#'"]*@/gi;

/** Parameters that forges take tokens in. */
const SECRET_PARAMETER =
  /([?&](?:access_token|private_token|token|password|auth|key|secret|sig|signature)=)[^&\s'"]+/gi;

const AUTHORIZATION = /(authorization:\s*)(?:(basic|bearer|token)\s+)?[^\s'"]+/gi;

/** Secrets that were used in this process: a server may say them back to us, in any words. */
const used = new Set<string>();
const MOST_USED = 256;

/** Shorter ones would be found in words that hold none. */
const SHORTEST_SECRET = 6;

/** From now on a secret is masked wherever it stands. */
export function keepSecret(secret: string): void {
  if (secret.length < SHORTEST_SECRET) return;
  for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')])
    used.add(form);
  for (const oldest of used) {
    if (used.size <= MOST_USED) break;
    used.delete(oldest);
  }
}

/** Replaces what may be a credential in URLs and headers, and what is one of ours, by `***`. */
export function maskCredentials(text: string): string {
  let masked = text;
  for (const secret of used) masked = masked.replaceAll(secret, MASK);
  return masked
    .replace(URL_USER_INFO, `$1${MASK}@`)
    .replace(SECRET_PARAMETER, `$1${MASK}`)
    .replace(AUTHORIZATION, (_match, name: string, scheme: string | undefined) =>
      scheme === undefined ? `${name}${MASK}` : `${name}${scheme} ${MASK}`,
    );
}
