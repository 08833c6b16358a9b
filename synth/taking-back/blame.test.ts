import { beforeEach, describe, expect, it } from 'vitest';
import { commitRendered, readRendered } from '../../lib/branch/index.ts';
import type { Repository } from '../../lib/git/index.ts';
import { FIELD_MANAGER, type KubernetesObject } from '../../lib/objects/index.ts';
import { application, environment } from '../../test/git/rendered.ts';
import { commitAll, opened, workTree } from '../../test/git/scratch.ts';
import { blame } from './blame.ts';

const SEALED: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'db', namespace: 'shop' },
  type: 'Opaque',
  sealed: { file: 'secrets/db.sops.yaml', format: 'yaml', text: 'sealed' },
};
const VALUES = { password: 'aHVudGVyMg==', other: 'aHVudGVyMg==', third: 'b3RoZXI=' };

describe('blame of a Secret', () => {
  let repository: Repository;
  beforeEach(async () => {
    const directory = workTree();
    commitAll(directory, 'Source');
    repository = await opened(directory);
    await commitRendered(repository, environment(application('web', [SEALED])), {
      sourceCommit: 'HEAD',
      program: 'main.ts',
      versions: {},
    });
  });

  const ask = async (field?: string, object = 'secret/db') => {
    const fields = Object.fromEntries(Object.keys(VALUES).map((name) => [`f:${name}`, {}]));
    const { sealed: _, ...rest } = SEALED;
    const live: KubernetesObject = {
      ...rest,
      metadata: {
        ...SEALED.metadata,
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(VALUES) },
        managedFields: [
          {
            manager: FIELD_MANAGER,
            operation: 'Apply',
            apiVersion: 'v1',
            fieldsType: 'FieldsV1',
            fieldsV1: { 'f:data': fields },
          },
        ],
      },
      data: VALUES,
    };
    const release = await readRendered(repository, 'production');
    const request = { repository, environment: 'production', release, object };
    return blame({ ...request, ...(field !== undefined && { field }), readLive: async () => live });
  };

  it.each([
    ['data.password', '<masked #1>'],
    ['/data/password', '<masked #1>'],
    ['data', { password: '<masked #1>', other: '<masked #1>', third: '<masked #2>' }],
    ['metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"]', '<masked #1>'],
    ['metadata.annotations', expect.anything()],
    ['metadata', expect.anything()],
  ])('shows no value of it, asked for %s', async (field, shown) => {
    const told = await ask(field);
    expect(told.fields).toMatchObject([{ live: shown }]);
    const text = JSON.stringify(told);
    for (const value of Object.values(VALUES)) expect(text).not.toContain(value);
  });

  it('shows no value of one that is no longer rendered', async () => {
    commitAll(repository.root, 'Without it');
    await commitRendered(repository, environment(application('web', [])), {
      sourceCommit: 'HEAD',
      program: 'main.ts',
      versions: {},
    });
    const told = await ask(undefined, 'Secret shop/db');
    expect(told.fields).toMatchObject([
      { path: '', live: { kind: 'Secret' }, origin: { before: { kind: 'Secret' } } },
    ]);
    const text = JSON.stringify(told);
    for (const value of Object.values(VALUES)) expect(text).not.toContain(value);
  });

  it('says that the rendered branch does not have the value, and who holds it', async () => {
    const { fields } = await ask('data.password');
    expect(fields).toMatchObject([{ state: 'held', holders: [{ manager: FIELD_MANAGER, isOurs: true }] }]);
    expect(fields[0]).not.toHaveProperty('origin');
  });
});
