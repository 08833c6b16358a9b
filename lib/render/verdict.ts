/** What those who judge objects are asked, and answer. */
import type { PolicyRecord, RenderedApplication, RenderedObject, TruekeelError } from '../objects/index.ts';
import type { CollectedEnvironment } from './tree/index.ts';

export interface Verdict {
  readonly errors: readonly TruekeelError[];
  readonly warnings: readonly TruekeelError[];
}

export interface PolicyVerdict extends Verdict {
  /** Absent where there are no policies. */
  readonly record?: PolicyRecord;
}

export type PolicyJudge = (
  environment: CollectedEnvironment,
  applications: readonly RenderedApplication[],
) => PolicyVerdict;

interface ValidatorOptions {
  /** Minor version of the environment's Kubernetes; the newest that is known when absent. */
  readonly minor?: number;
  readonly refuseUnknownKinds?: boolean;
  /** Gives the objects that are not judged, as they were before, but may be referred to. */
  readonly elsewhere?: (namespace: string) => readonly RenderedObject[];
  /** Told in which namespaces it looks for what an object refers to. */
  readonly onLookUp?: (object: Pick<RenderedObject, 'key'>, namespace: string) => void;
}

export type Validator = (objects: readonly RenderedObject[], options: ValidatorOptions) => Verdict;
