/** Acting as somebody else (Kubernetes, "User impersonation"): the headers Impersonate-User and Impersonate-Group. */
import type { Core } from '../core.ts';
import type { ApiRequest } from '../http/exchange.ts';
import { ApiError } from '../status.ts';
import { type AccessAttributes, isAllowed, refusal } from './authorizer.ts';
import { ANONYMOUS, AUTHENTICATED, type UserInfo } from './user.ts';

const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;

/** The request as the user that it asks to act as.
 * @throws ApiError 403 when its own user may not act as that one, 400 when it names no user */
export function impersonated(core: Core, request: ApiRequest): ApiRequest {
  const name = listOf(request.headers['impersonate-user'])[0] ?? '';
  const groups = listOf(request.headers['impersonate-group']);
  if (name === '') {
    if (groups.length === 0) return request;
    throw new ApiError(400, 'BadRequest', 'requested groups without impersonating a user');
  }
  const [account, namespace = '', accountName = ''] = SERVICE_ACCOUNT.exec(name) ?? [];
  const wanted =
    account === undefined ? [mayAct('users', '', name)] : [mayAct('serviceaccounts', namespace, accountName)];
  for (const attributes of [...wanted, ...groups.map((group) => mayAct('groups', '', group))]) {
    if (!isAllowed(core, request.user, attributes)) throw refusal(request.user, attributes);
  }
  return { ...request, user: userOf(name, groups, namespace) };
}

function mayAct(resource: string, namespace: string, name: string): AccessAttributes {
  return { verb: 'impersonate', group: '', resource, subresource: '', namespace, name, path: undefined };
}

function userOf(name: string, groups: readonly string[], accountNamespace: string): UserInfo {
  if (name === ANONYMOUS.name) return { name, groups: groups.length > 0 ? groups : ANONYMOUS.groups };
  const implied =
    accountNamespace !== '' && groups.length === 0
      ? ['system:serviceaccounts', `system:serviceaccounts:${accountNamespace}`]
      : [];
  return { name, groups: [...new Set([...groups, ...implied, AUTHENTICATED])] };
}

/** A header that may stand several times; Node joins those by commas. */
function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return [value ?? []]
    .flat()
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
}
