/** Who takes part: their names, and what each does its work with. */
import { installed } from './installed.ts';
import { isomorphic } from './isomorphic.ts';
import { truekeel } from './truekeel.ts';
import type { Contestant, Places } from './workload.ts';

export const CONTESTANTS = ['truekeel', 'git', 'isomorphic-git'] as const;

/** The folder whose `package.json` names isomorphic-git. */
export const GIT_PEERS = `${import.meta.dirname}/peers`;

/** @param modules the `node_modules` with isomorphic-git in it */
export function contestant(name: string, places: Places, modules: string): Promise<Contestant> {
  if (name === 'truekeel') return truekeel(places);
  return name === 'git' ? installed(places) : isomorphic(places, modules);
}
