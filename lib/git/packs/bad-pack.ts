import { GitError } from '../errors.ts';

/** @param what completes "the pack …" or stands alone: what is wrong with it */
export function badPack(what: string, cause?: unknown): GitError {
  return new GitError('BAD_PACK', what, {
    hint: 'It is damaged or was made to do harm. Nothing of it was kept. Run "git fsck" where it came from.',
    ...(cause !== undefined && { cause }),
  });
}

export function tooLarge(bytes: number, limit: number): GitError {
  return new GitError('OBJECT_TOO_LARGE', `an object says that it has ${bytes} bytes; ${limit} are allowed`, {
    hint: 'Take large files out of the repository (Git LFS, an artifact store).',
  });
}
