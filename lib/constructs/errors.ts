import type { IConstruct } from 'constructs';
import { TruekeelError } from '../objects/index.ts';

/** The error for an id that cannot be a name. */
export function invalidName(what: string, id: string, problem: string, scope: IConstruct): TruekeelError {
  return new TruekeelError(`${what} name "${id}" ${problem}`, {
    code: 'INVALID_NAME',
    family: 'validation',
    constructPath: scope.node.path === '' ? id : `${scope.node.path}/${id}`,
    hint: 'The name is the id, the second argument of the constructor.',
  });
}
