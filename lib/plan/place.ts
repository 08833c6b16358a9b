/** Where in the program an object comes from, for errors. */
import { KubeError } from '../kube/index.ts';
import type { DesiredObject, ObjectKey, SourceLocation, TruekeelError } from '../objects/index.ts';

/** An object and the place in the program that it comes from. */
export interface Place {
  readonly key: ObjectKey;
  readonly constructPath?: string | undefined;
  readonly source?: SourceLocation | undefined;
}

/** What an error says about where an object comes from. */
export function placeOf({
  key,
  constructPath,
  source,
}: Place): Pick<DesiredObject, 'key' | 'constructPath' | 'source'> {
  return {
    key,
    ...(constructPath !== undefined && { constructPath }),
    ...(source !== undefined && { source }),
  };
}

/** The error with the object and the place in the program that it is about. */
export function located(error: KubeError, object: Place): TruekeelError {
  const { constructPath, source } = object;
  return new KubeError(error.message, {
    code: error.code,
    family: error.family,
    ...placeOf({ key: error.key ?? object.key, constructPath, source }),
    ...(error.hint !== undefined && { hint: error.hint }),
    ...(error.status !== undefined && { status: error.status }),
    conflicts: error.conflicts,
    causes: error.causes,
    ...(error.denied && { denied: error.denied }),
    ...(error.retryAfterSeconds !== undefined && { retryAfterSeconds: error.retryAfterSeconds }),
    cause: error,
  });
}
