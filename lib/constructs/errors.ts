import type { IConstruct } from 'constructs';
import { KUBERNETES_VERSIONS, TruekeelError } from '../objects/index.ts';

/** The error for an id that cannot be a name. */
export function invalidName(what: string, id: string, problem: string, scope: IConstruct): TruekeelError {
  return new TruekeelError(`${what} name "${id}" ${problem}`, {
    code: 'INVALID_NAME',
    family: 'validation',
    constructPath: scope.node.path === '' ? id : `${scope.node.path}/${id}`,
    hint: 'The name is the id, the second argument of the constructor.',
  });
}

/** The error for a Kubernetes version that there are no schemas of. */
export function unknownKubernetesVersion(version: string, environment: IConstruct): TruekeelError {
  return new TruekeelError(
    `kubernetesVersion of environment ${environment.node.id} is ${JSON.stringify(version)}`,
    {
      code: 'UNKNOWN_KUBERNETES_VERSION',
      family: 'validation',
      constructPath: environment.node.path,
      hint: `It can be ${KUBERNETES_VERSIONS}.`,
    },
  );
}
