import { X509Certificate } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { Credentials } from './credentials.ts';
import type { TlsMaterial } from './endpoint.ts';
import { KubeError } from './errors.ts';
import type { Interceptor } from './request.ts';

export interface AuthenticatingOptions {
  readonly credentials: Credentials;
  readonly clock: Clock;
  /** Called when the credentials were renewed: client certificates belong to the connection. */
  readonly reconnect: () => void;
}

/** Adds the credentials, and tries once more with new ones after 401: the server did nothing then, so every
 * request may be repeated.
 * @throws KubeError `CERTIFICATE_EXPIRED` when the server knows us no more because our certificate has expired */
export function authenticating({ credentials, clock, reconnect }: AuthenticatingOptions): Interceptor {
  return (next) => async (request) => {
    const send = async () =>
      next({ ...request, headers: { ...request.headers, ...(await credentials.headers()) } });
    let response = await send();
    if (response.status === 401 && credentials.renew()) {
      // New credentials may be a new certificate, which only a new connection shows.
      await credentials.headers();
      reconnect();
      response = await send();
    }
    if (response.status === 401) explainExpired(credentials.tls(), clock);
    return response;
  };
}

/** An API server lets a connection with an expired certificate come to be, and then answers 401 without a reason. */
function explainExpired({ cert }: TlsMaterial, clock: Clock): void {
  if (cert === undefined) return;
  const { validToDate, subject } = new X509Certificate(cert);
  if (validToDate.getTime() > clock.now()) return;
  throw new KubeError(
    `the client certificate of ${subject.replaceAll('\n', ', ')} expired on ${validToDate.toISOString()}`,
    {
      code: 'CERTIFICATE_EXPIRED',
      family: 'usage',
      status: 401,
      hint: 'Fetch the kubeconfig again, or have the certificate renewed.',
    },
  );
}
