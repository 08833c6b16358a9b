/** The refs of a remote over smart HTTP. */
import type { ListedRefs } from './ls-refs.ts';
import { lsRefsRequest, readLsRefs } from './ls-refs.ts';
import { type HttpSession, USER_AGENT } from './session.ts';

/** @param prefixes of full names; all refs when there is none
 * @returns at least the refs with those prefixes: an old server sends them all */
export async function listRemoteRefs(session: HttpSession, prefixes: readonly string[]): Promise<ListedRefs> {
  const advertisement = await session.discover('git-upload-pack');
  if (advertisement.version === 0) return advertisement;
  return readLsRefs(await session.request('git-upload-pack', [lsRefsRequest(prefixes, USER_AGENT)]));
}
