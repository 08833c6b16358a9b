import type { Endpoint } from './endpoint.ts';
import { describeEndpoint } from './endpoint.ts';
import { KubeError } from './errors.ts';
import type { Request } from './request.ts';

// OpenSSL's X509_V_ERR_* names, as Node gives them in `code`.
const WRONG_CA = new Set([
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'its name cannot be resolved',
  EAI_AGAIN: 'its name cannot be resolved just now',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to its network',
  ETIMEDOUT: 'it does not answer',
  ECONNRESET: 'it closed the connection at once',
  EPIPE: 'it closed the connection at once',
};

/** Why no connection could be made, from what the socket said. */
export function connectionError(cause: unknown, endpoint: Endpoint): KubeError {
  const code = errorCode(cause);
  const text = cause instanceof Error ? cause.message : String(cause);
  const where = describeEndpoint(endpoint);
  const shared = { cause, reachedServer: false } as const;

  if (WRONG_CA.has(code)) {
    return new KubeError(`${where} shows a certificate that the kubeconfig's CA did not sign (${code})`, {
      ...shared,
      code: 'WRONG_CA',
      family: 'usage',
      hint: 'Check that the kubeconfig belongs to this cluster; if the cluster was made anew, fetch its kubeconfig again.',
    });
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    const problem = code === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not valid yet';
    return new KubeError(`the certificate of ${where} ${problem}`, {
      ...shared,
      code: 'CERTIFICATE_EXPIRED',
      hint: "Renew the API server's certificate, and check the clock of this machine.",
    });
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return new KubeError(`the certificate of ${where} is for another host: ${text}`, {
      ...shared,
      code: 'CERTIFICATE_INVALID',
      hint: 'Use a server URL that the certificate names, or set tls-server-name in the kubeconfig.',
    });
  }
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') {
    return new KubeError(`${where} does not speak TLS`, {
      ...shared,
      code: 'CERTIFICATE_INVALID',
      hint: 'If the server is meant to be used without TLS, its URL starts with http://.',
    });
  }
  if (code.includes('ALERT')) {
    return new KubeError(`${where} refused our client certificate (${code})`, {
      ...shared,
      code: 'CERTIFICATE_INVALID',
      hint: 'Renew the client certificate in the kubeconfig.',
    });
  }
  if (code.startsWith('ERR_OSSL') || code.startsWith('ERR_SSL') || code === 'ERR_CRYPTO_OPERATION_FAILED') {
    return new KubeError(`a certificate or key for ${where} cannot be used: ${text}`, {
      ...shared,
      code: 'KUBECONFIG_INVALID',
      family: 'usage',
      hint: 'Make certificate-authority, client-certificate and client-key PEM, with the key that fits the certificate.',
    });
  }
  const reason = UNREACHABLE[code] ?? text;
  return new KubeError(`cannot reach ${where}: ${reason}${code === '' ? '' : ` (${code})`}`, {
    ...shared,
    code: code === 'ETIMEDOUT' ? 'TIMEOUT' : 'UNREACHABLE',
    hint: "Check that the cluster is running, that this network reaches it, and that the kubeconfig's server is right.",
  });
}

/** A connection that was there and broke while a request was on it.
 * @param reachedServer false when the server surely did not act on the request */
export function connectionLost(cause: unknown, endpoint: Endpoint, reachedServer: boolean): KubeError {
  const text = cause instanceof Error ? cause.message : String(cause);
  return new KubeError(`the connection to ${describeEndpoint(endpoint)} was lost: ${text}`, {
    code: 'CONNECTION_LOST',
    cause,
    reachedServer,
    hint: 'Run it again: what was done is kept, and what is missing is done then.',
  });
}

/** The server took the request and did not answer it in time. */
export function requestTimeout(request: Request, endpoint: Endpoint, timeoutMs: number): KubeError {
  return new KubeError(
    `${describeEndpoint(endpoint)} did not answer ${request.method} ${request.path} in ${timeoutMs / 1000} s`,
    {
      code: 'TIMEOUT',
      hint: 'Look at the load of the API server, and at its admission webhooks.',
    },
  );
}

/** The `code` of a Node error; of the first part when several addresses were tried; empty when there is none. */
function errorCode(error: unknown): string {
  if (error instanceof AggregateError) return errorCode(error.errors[0]);
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
