import { GitError } from './errors.ts';

/** Why a text is no ref name; undefined when it is one (git-check-ref-format, with at least one slash). */
export function refNameFault(name: string): string | undefined {
  if (!name.includes('/')) return 'it has no "/"';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Git forbids control characters
  if (/[\u0000-\u0020\u007f~^:?*[\\]/.test(name))
    return 'it has a space, a control character or one of ~ ^ : ? * [ \\';
  if (name.includes('..') || name.includes('@{') || name === '@') return 'it has ".." or "@{"';
  if (name.endsWith('.') || name.endsWith('/') || name.startsWith('/') || name.includes('//'))
    return 'it ends in "." or "/", or has an empty part';
  if (name.split('/').some((part) => part.startsWith('.') || part.endsWith('.lock')))
    return 'a part starts with "." or ends in ".lock"';
  return undefined;
}

/** @param name full name, such as `refs/heads/main`
 * @throws GitError `INVALID_REF_NAME` */
export function checkRefName(name: string): string {
  const fault =
    name.startsWith('refs/') || name === 'HEAD'
      ? name === 'HEAD'
        ? undefined
        : refNameFault(name)
      : 'it does not start with "refs/"';
  if (fault !== undefined) throw invalidRefName(name, fault);
  return name;
}

/** The full name of a branch.
 * @throws GitError `INVALID_REF_NAME` */
export function branchRef(branch: string): string {
  const ref = `refs/heads/${branch}`;
  // "-x" would be an option wherever a short name is taken.
  const fault = branch.startsWith('-') ? 'it starts with "-"' : refNameFault(ref);
  if (fault !== undefined) throw invalidRefName(branch, fault);
  return ref;
}

function invalidRefName(name: string, fault: string): GitError {
  return new GitError('INVALID_REF_NAME', `${JSON.stringify(name)} cannot name a branch or ref: ${fault}`, {
    hint: 'Choose a name of letters, digits, "-", "_", "." and "/".',
  });
}
