export interface UserInfo {
  readonly name: string;
  readonly groups: readonly string[];
}

export const MASTERS = 'system:masters';
export const ANONYMOUS: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] };
export const AUTHENTICATED = 'system:authenticated';
