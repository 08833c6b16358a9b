import type { Credentials } from './credentials.ts';
import type { Interceptor } from './request.ts';

/** Adds the credentials, and tries once more with new ones after 401: the server did nothing then, so every
 * request may be repeated.
 * @param reconnect called when the credentials are renewed: client certificates belong to the connection */
export function authenticating(credentials: Credentials, reconnect: () => void): Interceptor {
  return (next) => async (request) => {
    const headers = { ...request.headers, ...(await credentials.headers()) };
    const response = await next({ ...request, headers });
    if (response.status !== 401 || !credentials.renew()) return response;
    const renewed = { ...request.headers, ...(await credentials.headers()) };
    reconnect();
    return next({ ...request, headers: renewed });
  };
}
