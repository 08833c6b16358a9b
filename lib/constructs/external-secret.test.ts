import { Duration } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import {
  EnvironmentValue,
  ExternalSecret,
  type ExternalSecretProps,
  SecretDeletion,
  SecretStore,
  Workload,
} from './index.ts';
import { objectOf, objectsOf, problemsOf } from './testing/program.ts';

const store = SecretStore.cluster('vault');

const specOf = (props: Partial<ExternalSecretProps>) =>
  objectOf('ExternalSecret', (web) => void new ExternalSecret(web, 'db', { store, ...props })).spec;

describe('ExternalSecret', () => {
  it('names values of a store, sorted by key', () => {
    expect(
      specOf({
        data: {
          password: { key: 'shop/db', property: 'password' },
          address: { key: 'shop/address', version: '2' },
        },
      }),
    ).toEqual({
      refreshInterval: '1h',
      secretStoreRef: { kind: 'ClusterSecretStore', name: 'vault' },
      data: [
        { secretKey: 'address', remoteRef: { key: 'shop/address', version: '2' } },
        { secretKey: 'password', remoteRef: { key: 'shop/db', property: 'password' } },
      ],
    });
  });

  it('can take all of a secret, once, into a Secret of another name', () => {
    expect(
      specOf({
        store: SecretStore.named('local'),
        extract: [{ key: 'shop/db' }],
        secretName: 'database',
        refreshInterval: Duration.seconds(0),
        deletion: SecretDeletion.DELETE,
      }),
    ).toEqual({
      refreshInterval: '0s',
      secretStoreRef: { kind: 'SecretStore', name: 'local' },
      target: { name: 'database', deletionPolicy: 'Delete' },
      dataFrom: [{ extract: { key: 'shop/db' } }],
    });
  });

  it('is used by the name of its Secret', () => {
    const objects = objectsOf((web) => {
      const secret = new ExternalSecret(web, 'db', { store, data: { password: { key: 'x' } } });
      new Workload(web, 'api', {
        image: 'a',
        environmentValues: { PASSWORD: EnvironmentValue.secret(secret.secretName, 'password') },
      });
    });
    const { spec } = objects.find(({ kind }) => kind === 'Deployment')!;
    expect(spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.name).toBe('db');
  });

  it.each<[string, Partial<ExternalSecretProps>]>([
    ['it has no values', {}],
    ['"a b" cannot be a key', { data: { 'a b': { key: 'x' } } }],
    ['a value has no key in the store', { extract: [{ key: '' }] }],
  ])('refuses: %s', (message, props) => {
    expect(problemsOf((web) => void new ExternalSecret(web, 'db', { store, ...props })).join()).toContain(
      `test/web/db: ${message}`,
    );
  });
});
