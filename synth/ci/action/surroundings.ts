/** What the processes that the action starts get to see. */

/** Tokens that a runner gives to actions, for its caches, artifacts and identity. None of them is any business of Truekeel's,
 * let alone of the packages of a pull request. */
const RUNNERS_OWN: readonly string[] = [
  'ACTIONS_RUNTIME_TOKEN',
  'ACTIONS_RUNTIME_URL',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_URL',
  'ACTIONS_CACHE_URL',
  'ACTIONS_RESULTS_URL',
];

/** Tokens of forges and keys, none of which installing takes. */
const OURS: readonly string[] = [
  'TRUEKEEL_FORGE_TOKEN',
  'TRUEKEEL_GITHUB_APP_KEY',
  'GITHUB_TOKEN',
  'GH_TOKEN',
  'GITEA_TOKEN',
  'FORGEJO_TOKEN',
];

/** For installing. */
export function quietEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return without(env, [...RUNNERS_OWN, ...OURS]);
}

/** For the run. The inputs are among the variables, and one of them is the token: an `.npmrc` can name any variable. */
export function runEnvironment(env: NodeJS.ProcessEnv, token: string): NodeJS.ProcessEnv {
  const hasToken = (env.TRUEKEEL_FORGE_TOKEN ?? '') !== '' || token === '';
  return { ...without(env, RUNNERS_OWN), ...(!hasToken && { TRUEKEEL_FORGE_TOKEN: token }) };
}

function without(env: NodeJS.ProcessEnv, names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !names.includes(name) && !name.startsWith('INPUT_')),
  );
}
