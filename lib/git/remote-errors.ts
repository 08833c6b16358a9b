/** What a failed fetch, push or ls-remote means. Git says it in English on standard error only (we run it
 * with LC_ALL=C), so it is read off there. */
import { GitError, type GitErrorCode } from './errors.ts';

interface Pattern {
  readonly code: GitErrorCode;
  readonly pattern: RegExp;
  readonly what: string;
  readonly hint: string;
}

const PATTERNS: readonly Pattern[] = [
  {
    code: 'UNSUPPORTED_REPOSITORY',
    pattern:
      /mismatched algorithms|object format .* does not match|does not support object format|object-format/i,
    what: 'has ids of another kind than this repository',
    hint: 'Work in a clone of it: a repository has ids of SHA-1 or of SHA-256, never both.',
  },
  {
    code: 'NOT_FAST_FORWARD',
    pattern: /\(non-fast-forward\)/i,
    what: 'has a branch that was rewritten there',
    hint: 'Look at both; take theirs with a refspec that starts with "+".',
  },
  {
    code: 'GIT_AUTH_FAILED',
    pattern:
      /authentication failed|could not read (?:username|password)|terminal prompts disabled|permission denied \(|invalid username or|returned error: 40[13]|http basic: access denied|access denied|permission to .* denied/i,
    what: 'refused the credentials, or asked for some',
    hint: 'Check the token or key and that it may do this: set up a credential helper or an SSH key, then try "git ls-remote" by hand.',
  },
  {
    code: 'GIT_AUTH_FAILED',
    pattern: /host key verification failed|remote host identification has changed/i,
    what: 'has an SSH host key that is not known here',
    hint: 'Add its key to known_hosts after checking it (ssh-keyscan).',
  },
  {
    code: 'REMOTE_UNREACHABLE',
    pattern:
      /could not resolve|connection refused|timed out|could not connect|failed to connect|couldn't connect|network is unreachable|no route to host|connection reset|early eof|hung up unexpectedly|unexpected disconnect|ssl|tls|gnutls|certificate|returned error: 5\d\d|returned error: 429|rpc failed|empty reply/i,
    what: 'could not be reached',
    hint: 'Check the address, the network, a proxy and the certificate; it may be down for a while.',
  },
  {
    code: 'REMOTE_NOT_FOUND',
    pattern:
      /repository .*not found|repository not found|does not appear to be a git repository|returned error: 404|no such remote|does not exist|not a git repository/i,
    what: 'is not there, or these credentials may not see it',
    hint: 'Check the spelling ("git remote -v"), and that the token or key may read it.',
  },
];

/** @param remote as the caller gave it; masked in the message */
export function remoteFailure(action: string, remote: string, stderr: string): GitError {
  const said = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('; ');
  const found = PATTERNS.find(({ pattern }) => pattern.test(stderr));
  if (!found) return new GitError('GIT_FAILED', `${action} ${remote} failed: ${said || 'git said nothing'}`);
  return new GitError(found.code, `${action} ${remote}: it ${found.what} (${said})`, { hint: found.hint });
}
