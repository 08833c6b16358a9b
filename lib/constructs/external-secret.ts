import { ApiObject, type ApiObjectMetadata, type Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import { formatDuration } from '../objects/index.ts';
import { addCheck } from './target.ts';

/** Where secrets come from: a store that somebody set up in the cluster. */
export class SecretStore {
  /**
   * A SecretStore in the namespace.
   *
   * @param name Its name.
   */
  public static named(name: string): SecretStore {
    return new SecretStore('SecretStore', name);
  }

  /**
   * A ClusterSecretStore.
   *
   * @param name Its name.
   */
  public static cluster(name: string): SecretStore {
    return new SecretStore('ClusterSecretStore', name);
  }

  /** `SecretStore` or `ClusterSecretStore`. */
  public readonly kind: string;

  /** Its name. */
  public readonly name: string;

  private constructor(kind: string, name: string) {
    this.kind = kind;
    this.name = name;
  }
}

/** A value in a secret store. */
export interface StoredSecret {
  /** The name that the store has for it. */
  readonly key: string;

  /**
   * One property of it, where it has several.
   *
   * @default - all of it
   */
  readonly property?: string;

  /**
   * A version of it.
   *
   * @default - the newest
   */
  readonly version?: string;
}

/** What becomes of the Secret when its values are no longer in the store. */
export class SecretDeletion {
  /** It stays. The default. */
  public static readonly RETAIN = new SecretDeletion('Retain');

  /** It is deleted when none of its values is there any more. */
  public static readonly DELETE = new SecretDeletion('Delete');

  /** It loses the values that are not there any more. */
  public static readonly MERGE = new SecretDeletion('Merge');

  /** The value of `deletionPolicy`. */
  public readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }
}

/** Properties of an ExternalSecret. */
export interface ExternalSecretProps {
  /** Where it comes from. */
  readonly store: SecretStore;

  /**
   * The values of the Secret, by key.
   *
   * @default - those of `extract`
   */
  readonly data?: { [key: string]: StoredSecret };

  /**
   * Secrets of the store whose properties all become values of the Secret.
   *
   * @default - none
   */
  readonly extract?: StoredSecret[];

  /**
   * The name of the Secret that is made.
   *
   * @default - the name of the ExternalSecret
   */
  readonly secretName?: string;

  /**
   * How often the store is asked. Zero: once.
   *
   * @default Duration.hours(1)
   */
  readonly refreshInterval?: Duration;

  /**
   * What becomes of the Secret when its values are no longer in the store.
   *
   * @default SecretDeletion.RETAIN
   */
  readonly deletion?: SecretDeletion;

  /**
   * Name, labels and annotations.
   *
   * @default - named after its place in the application
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * A Secret whose values stay in a secret store (external-secrets.io/v1): Git has the names of the values only. Takes the
 * external secrets operator. What uses the Secret waits for it.
 */
export class ExternalSecret extends ApiObject {
  /** The name of the Secret that is made, for what uses it. */
  public readonly secretName: string;

  /**
   * Declares a secret.
   *
   * @param scope An Application, or a construct inside one.
   * @param id Its name in the scope.
   * @param props Where it comes from.
   */
  constructor(scope: Construct, id: string, props: ExternalSecretProps) {
    const { store, data = {}, extract = [], secretName, refreshInterval, deletion } = props;
    super(scope, id, {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      ...(props.metadata && { metadata: props.metadata }),
      spec: {
        refreshInterval: refreshInterval ? formatDuration(refreshInterval.toMilliseconds()) : '1h',
        secretStoreRef: { kind: store.kind, name: store.name },
        target:
          secretName !== undefined || deletion
            ? { name: secretName, deletionPolicy: deletion?.value }
            : undefined,
        data: entries(data),
        dataFrom: extract.length > 0 ? extract.map((stored) => ({ extract: reference(stored) })) : undefined,
      },
    });
    this.secretName = secretName ?? this.name;
    addCheck(this, () => [
      Object.keys(data).length + extract.length === 0 ? 'it has no values: give data or extract' : undefined,
      ...Object.keys(data)
        .filter((key) => !/^[-._a-zA-Z0-9]{1,253}$/.test(key))
        .map((key) => `"${key}" cannot be a key: letters, digits, "-", "_" and "." make one`),
      [...Object.values(data), ...extract].some(({ key }) => key === '')
        ? 'a value has no key in the store'
        : undefined,
    ]);
  }
}

function entries(data: { readonly [key: string]: StoredSecret }): object[] | undefined {
  const keys = Object.keys(data).sort();
  return keys.length === 0
    ? undefined
    : keys.map((secretKey) => ({ secretKey, remoteRef: reference(data[secretKey]!) }));
}

function reference({ key, property, version }: StoredSecret): object {
  return { key, property, version };
}
