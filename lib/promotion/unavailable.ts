import { TruekeelError } from '../objects/index.ts';
import { CheckUnavailable } from './check-ports.ts';

/** Does what a check needs; where that is not to be had, the check waits.
 * @throws CheckUnavailable */
export async function unavailableOn<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof TruekeelError)
      throw new CheckUnavailable(`the cluster upstream cannot be asked (${error.code})`);
    throw error;
  }
}
