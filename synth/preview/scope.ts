/** What the engine is told of previews. */
import type { Approval, GuardCode, PlanRequest } from '../../lib/plan/index.ts';
import type { Preview } from './record.ts';

const CODES: readonly GuardCode[] = [
  'EMPTY_RENDER',
  'MISSING_APPLICATION',
  'TOO_MANY_DELETES',
  'PROTECTED_OBJECT',
];

/** All that a preview has may go with it: there is nothing in it that is nowhere else. */
export const PREVIEW_APPROVALS: readonly Approval[] = CODES.map((code) => ({ code }));

/** Whose objects they are. No environment of a program can have such a name, as it has no `_` in it. */
export function scopeOf({
  namespace,
  project,
}: Pick<Preview, 'namespace' | 'project'>): NonNullable<PlanRequest['scope']> {
  return { environment: `preview_${namespace}`, ...(project !== '' && { project }) };
}
