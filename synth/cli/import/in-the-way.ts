import { TruekeelError } from '../../../lib/objects/index.ts';

/** A file or folder that we did not make is where something is to be written. */
export function inTheWay(target: string): TruekeelError {
  return new TruekeelError(`${target} is there already, and was not made by truekeel import`, {
    code: 'FILE_EXISTS',
    family: 'usage',
    hint: 'Move it away, or name another directory with --out.',
  });
}
