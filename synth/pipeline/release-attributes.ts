import type { Attributes } from '../../lib/trace/index.ts';
import type { Desired } from './desired.ts';

/** What a span says of a release. */
export function releaseAttributes({ environment, rendered }: Desired): Attributes {
  return {
    ...(environment !== undefined && { 'truekeel.environment': environment }),
    ...(rendered && { 'truekeel.rendered': rendered.commit, 'truekeel.source': rendered.source }),
  };
}
