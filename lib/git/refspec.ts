/** Refspecs: which refs of the one side go where on the other (gitglossary, "refspec"). */
import { GitError } from './errors.ts';
import { isOid } from './oid.ts';
import { refNameFault } from './ref-name.ts';

export interface Refspec {
  /** Take it also when our ref would lose commits. */
  readonly force: boolean;
  /** Name, or pattern with one `*`, or an object id. */
  readonly source: string;
  /** Absent when the objects are fetched and no ref is written. */
  readonly target: string | undefined;
}

/** @throws GitError `INVALID_REF_NAME` */
export function parseRefspec(text: string): Refspec {
  const [source = '', target, ...more] = text.replace(/^\+/, '').split(':');
  const sides = target === undefined ? [source] : [source, target];
  for (const side of sides) {
    if (isOid(side) || side === 'HEAD') continue;
    const fault = side.startsWith('refs/')
      ? refNameFault(side.replace('*', 'x'))
      : 'it does not start with "refs/"';
    if (fault !== undefined) throw invalid(text, fault);
  }
  if (more.length > 0) throw invalid(text, 'it has more than two sides');
  if (target !== undefined && source.includes('*') !== target.includes('*'))
    throw invalid(text, 'it has "*" on one side only');
  return { force: text.startsWith('+'), source, target };
}

/** Where a ref goes by a refspec.
 * @returns undefined when the refspec does not speak of it, or names no target */
export function targetOf({ source, target }: Refspec, ref: string): string | undefined {
  const star = source.indexOf('*');
  if (star < 0) return source === ref ? target : undefined;
  const [before, after] = [source.slice(0, star), source.slice(star + 1)];
  if (ref.length < source.length || !ref.startsWith(before) || !ref.endsWith(after)) return undefined;
  return target?.replace('*', () => ref.slice(before.length, ref.length - after.length));
}

/** What all the names start with that a refspec speaks of. */
export function sourcePrefix({ source }: Refspec): string {
  return source.split('*')[0]!;
}

function invalid(text: string, fault: string): GitError {
  return new GitError('INVALID_REF_NAME', `${JSON.stringify(text)} is not a refspec: ${fault}`);
}
