/** The environment that every child `git` gets. */

/** Settings of the user that decide how a remote is reached. Everything else that starts with `GIT_` stays
 * out: Git sets `GIT_DIR`, `GIT_INDEX_FILE`, `GIT_QUARANTINE_PATH` and more for hooks, which would point our
 * commands at another repository, and `GIT_TRACE*` writes credentials to standard error. */
const KEPT = new Set([
  'GIT_ASKPASS',
  'GIT_CONFIG_COUNT',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_CONFIG_SYSTEM',
  'GIT_PROXY_COMMAND',
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'GIT_SSH_VARIANT',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
  'GIT_SSL_CERT',
  'GIT_SSL_KEY',
  'GIT_SSL_NO_VERIFY',
]);

const KEPT_CONFIG = /^GIT_CONFIG_(?:KEY|VALUE)_\d+$/;

export type Environment = Readonly<Record<string, string | undefined>>;

/** @param inherited the environment of this process
 * @returns the environment for a child: no leak from hooks, messages in English, never a prompt */
export function gitEnvironment(inherited: Environment): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(inherited)) {
    if (value === undefined || name === 'LANGUAGE') continue;
    if (name.startsWith('GIT_') && !KEPT.has(name) && !KEPT_CONFIG.test(name)) continue;
    environment[name] = value;
  }
  return {
    ...environment,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    // Objects that refs/replace stands in for would give another content to the same id.
    GIT_NO_REPLACE_OBJECTS: '1',
    // Whatever the configuration says: no remote is a command to run (`ext::`).
    GIT_ALLOW_PROTOCOL: 'file:git:http:https:ssh',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_PAGER: 'cat',
  };
}

/** Adds configuration for one child without putting it on its command line, where every user of the machine
 * could read it (git-config, "GIT_CONFIG_COUNT"). */
export function withConfiguration(
  environment: Readonly<Record<string, string>>,
  settings: readonly (readonly [key: string, value: string])[],
): Record<string, string> {
  const count = Number.parseInt(environment.GIT_CONFIG_COUNT ?? '0', 10) || 0;
  const added: Record<string, string> = {};
  settings.forEach(([key, value], index) => {
    added[`GIT_CONFIG_KEY_${count + index}`] = key;
    added[`GIT_CONFIG_VALUE_${count + index}`] = value;
  });
  return { ...environment, ...added, GIT_CONFIG_COUNT: String(count + settings.length) };
}
