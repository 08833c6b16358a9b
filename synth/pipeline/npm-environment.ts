/** What npm gets to see of the environment. The `.npmrc` of a repository may name variables, and the registry that they are sent
 * to: what is not for npm is none of its business. */

/** What names of secrets end in. */
const SECRET = /(?:TOKEN|SECRET|PASSWORD|PASSWD|PASS|KEY|KEYS|CREDENTIALS?|JWT(?:_V\d)?)$/i;
/** GitLab's has the token of the job in it. */
const WITH_SECRET = new Set(['CI_REPOSITORY_URL']);
/** What people give npm, and what setup-node sets for it. */
const FOR_NPM = /^(?:npm_|node_auth_token$)/i;

export function npmEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => FOR_NPM.test(name) || !(SECRET.test(name) || WITH_SECRET.has(name)),
    ),
  );
}
