import { KubeError } from './errors.ts';
import type { Response } from './request.ts';
import type { Attempt } from './status.ts';

/** The body of a successful answer.
 * @throws KubeError `MALFORMED_RESPONSE` when it is not JSON, or is cut off */
export function parseBody<T>(response: Response, attempt: Attempt): T {
  try {
    // What a Kubernetes API server sends is trusted to be what its documentation says.
    return JSON.parse(response.body) as T;
  } catch (cause) {
    const isHtml = /^\s*</.test(response.body);
    throw new KubeError(
      `cannot ${attempt.doing}: ${attempt.server} answered with ${isHtml ? 'an HTML page' : 'something that is not JSON, or not all of it'}`,
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
