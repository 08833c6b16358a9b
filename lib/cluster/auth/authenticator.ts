/** Who sends a request: a bearer token, or a client certificate of the cluster's CA, or nobody. */
import { ANONYMOUS, AUTHENTICATED, type UserInfo } from './user.ts';

/** The part of a peer certificate's subject that names a user. */
export interface CertificateSubject {
  readonly CN?: string | string[];
  readonly O?: string | string[];
}

export interface Credentials {
  readonly authorization: string | undefined;
  /** Only when the certificate was verified. */
  readonly certificate: CertificateSubject | undefined;
}

export class Authenticator {
  readonly #users: ReadonlyMap<string, UserInfo>;

  /** @param users by token */
  constructor(users: ReadonlyMap<string, UserInfo>) {
    this.#users = users;
  }

  /** @returns undefined when the credentials are not valid (401) */
  authenticate(credentials: Credentials): UserInfo | undefined {
    const user = this.#identify(credentials);
    return user && withGroup(user, user === ANONYMOUS ? undefined : AUTHENTICATED);
  }

  #identify({ authorization, certificate }: Credentials): UserInfo | undefined {
    if (certificate) return { name: one(certificate.CN), groups: many(certificate.O) };
    if (authorization === undefined) return ANONYMOUS;
    const token = /^bearer\s+(\S+)\s*$/i.exec(authorization)?.[1];
    return token === undefined ? undefined : this.#users.get(token);
  }
}

function withGroup(user: UserInfo, group: string | undefined): UserInfo {
  return group === undefined || user.groups.includes(group)
    ? user
    : { ...user, groups: [...user.groups, group] };
}

function many(value: string | string[] | undefined): readonly string[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

function one(value: string | string[] | undefined): string {
  return many(value)[0] ?? '';
}
