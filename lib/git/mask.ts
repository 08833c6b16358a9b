/** Keeps credentials out of everything that is shown, logged or stored. */

const MASK = '***';

/** User information of a URL, up to the last `@` before the path. */
const URL_USER_INFO = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#'"]*@/gi;

/** Parameters that forges take tokens in. */
const SECRET_PARAMETER =
  /([?&](?:access_token|private_token|token|password|auth|key|secret|sig|signature)=)[^&\s'"]+/gi;

const AUTHORIZATION = /(authorization:\s*)(?:(basic|bearer|token)\s+)?[^\s'"]+/gi;

/** Replaces what may be a credential in URLs and headers by `***`. */
export function maskCredentials(text: string): string {
  return text
    .replace(URL_USER_INFO, `$1${MASK}@`)
    .replace(SECRET_PARAMETER, `$1${MASK}`)
    .replace(AUTHORIZATION, (_match, name: string, scheme: string | undefined) =>
      scheme === undefined ? `${name}${MASK}` : `${name}${scheme} ${MASK}`,
    );
}
