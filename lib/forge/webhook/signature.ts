import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Headers with names in lower case, as node:http has them. */
export type WebhookHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Whether the call carries proof that its sender knows the secret: an HMAC-SHA256 of the body (GitHub, "Validating webhook
 * deliveries"; Gitea and Forgejo the same under their own names), or GitLab's token, which is the secret itself. */
export function isGenuine(headers: WebhookHeaders, body: Uint8Array, secret: string): boolean {
  // An empty secret would be one that everybody knows.
  if (secret === '') return false;
  const mac = createHmac('sha256', secret).update(body).digest('hex');
  const proofs: readonly (readonly [header: string, expected: string])[] = [
    ['x-hub-signature-256', `sha256=${mac}`],
    ['x-gitea-signature', mac],
    ['x-forgejo-signature', mac],
    ['x-gitlab-token', secret],
  ];
  return proofs.some(([header, expected]) => {
    const given = headers[header];
    return typeof given === 'string' && equal(given, expected);
  });
}

const BLINDING = randomBytes(32);

/** Compares in a time that depends neither on where the texts differ nor on how long they are. */
function equal(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHmac('sha256', BLINDING).update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
