import { describe, expect, it } from 'vitest';
import type { DesiredApplication } from '../../lib/objects/index.ts';
import { DEFAULT_SETTINGS, TruekeelError } from '../../lib/objects/index.ts';
import { failedApplications } from './roll-back.ts';

const key = (name: string) => ({ group: '', kind: 'ConfigMap', namespace: 'shop', name });

const application = (name: string, onFailure?: 'roll-back'): DesiredApplication => ({
  name,
  dependsOn: [],
  edges: [],
  ...(onFailure && { onFailure }),
  objects: [
    {
      key: key(name),
      apiVersion: 'v1',
      digest: `sha256:${'0'.repeat(64)}`,
      settings: DEFAULT_SETTINGS,
      path: `${name}.yaml`,
    },
  ],
  load: () => Promise.reject(new Error('nobody reads content here')),
});

describe('a release is taken back', () => {
  const applications = [application('web', 'roll-back'), application('db'), application('jobs', 'roll-back')];
  const failed = (...errors: readonly [code: string, object?: string][]) =>
    failedApplications({
      applications,
      errors: errors.map(
        ([code, object]) =>
          new TruekeelError('it failed', { code, ...(object !== undefined && { key: key(object) }) }),
      ),
    });

  it.each(['INVALID', 'FORBIDDEN', 'NOT_READY', 'FAILED', 'IMMUTABLE_FIELD', 'NAMESPACE_MISSING'])(
    'for an object that ended with %s, where its application says so',
    (code) => {
      expect(failed([code, 'web'])).toEqual(['web']);
      expect(failed([code, 'db'])).toEqual([]);
      expect(failed([code, 'db'], [code, 'jobs'], [code, 'web'])).toEqual(['web', 'jobs']);
    },
  );

  it.each(['UNREACHABLE', 'CONNECTION_LOST', 'UNAUTHORIZED', 'SERVER_ERROR', 'INTERRUPTED', 'TIMEOUT'])(
    'not for %s, which says nothing about it',
    (code) => {
      expect(failed([code, 'web'])).toEqual([]);
      expect(failed([code, 'web'], ['INVALID', 'jobs'])).toEqual(['jobs']);
    },
  );

  it('not for what is about no object of it', () => {
    expect(failed(['INVALID'], ['INVALID', 'another'])).toEqual([]);
    expect(failed()).toEqual([]);
  });
});
