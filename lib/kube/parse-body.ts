import { KubeError } from './errors.ts';
import type { Response } from './request.ts';
import type { Attempt } from './status.ts';

/** The body of a successful answer.
 * @param readBytes reads one in protobuf; only where protobuf was asked for
 * @throws KubeError `MALFORMED_RESPONSE` when it is none of these, or is cut off */
export function parseBody<T>(response: Response, attempt: Attempt, readBytes?: (bytes: Buffer) => T): T {
  try {
    if (response.bytes && readBytes) return readBytes(response.bytes);
    // What a Kubernetes API server sends is trusted to be what its documentation says.
    return JSON.parse(response.body) as T;
  } catch (cause) {
    const isHtml = /^\s*</.test(response.body);
    const expected = response.bytes ? 'protobuf of Kubernetes' : 'JSON';
    throw new KubeError(
      `cannot ${attempt.doing}: ${attempt.server} answered with ${isHtml ? 'an HTML page' : `something that is not ${expected}, or not all of it`}`,
      {
        code: 'MALFORMED_RESPONSE',
        status: response.status,
        cause,
        ...(attempt.key && { key: attempt.key }),
        hint: 'Look at proxies and load balancers on the way (a login page, a cut connection), and at the server URL.',
      },
    );
  }
}
