import type { IConstruct } from 'constructs';
import { type Found, nameOf } from './target.ts';

/** The value of an environment variable that stands somewhere else. */
export class EnvironmentValue {
  /**
   * A value of a Secret, which something else makes: a secret store, or kubectl.
   *
   * @param name The Secret's name.
   * @param key The key in it.
   */
  public static secret(name: string, key: string): EnvironmentValue {
    return new EnvironmentValue(() => ({ found: { secretKeyRef: { name, key } } }));
  }

  /**
   * A value of a ConfigMap of the program.
   *
   * @param config An API object of kind ConfigMap, or a construct that has one.
   * @param key The key in it.
   */
  public static config(config: IConstruct, key: string): EnvironmentValue {
    return new EnvironmentValue(() => {
      const name = nameOf(config, 'ConfigMap');
      return name.problem === undefined ? { found: { configMapKeyRef: { name: name.found, key } } } : name;
    });
  }

  /**
   * A field of the pod itself.
   *
   * @param path Its path: `status.podIP`, `metadata.name`, `spec.nodeName`.
   */
  public static field(path: string): EnvironmentValue {
    return new EnvironmentValue(() => ({ found: { fieldRef: { fieldPath: path } } }));
  }

  /**
   * Where it stands, as Kubernetes writes it.
   *
   * @internal
   */
  public readonly _find: () => Found<object>;

  private constructor(find: () => Found<object>) {
    this._find = find;
  }
}

/** Where all keys are environment variables. */
export class EnvironmentSource {
  /**
   * A ConfigMap of the program.
   *
   * @param config An API object of kind ConfigMap, or a construct that has one.
   */
  public static config(config: IConstruct): EnvironmentSource {
    return new EnvironmentSource(() => {
      const name = nameOf(config, 'ConfigMap');
      return name.problem === undefined ? { found: { configMapRef: { name: name.found } } } : name;
    });
  }

  /**
   * A Secret, which something else makes: a secret store, or kubectl.
   *
   * @param name The Secret's name.
   */
  public static secret(name: string): EnvironmentSource {
    return new EnvironmentSource(() => ({ found: { secretRef: { name } } }));
  }

  /**
   * The reference, as Kubernetes writes it.
   *
   * @internal
   */
  public readonly _find: () => Found<object>;

  private constructor(find: () => Found<object>) {
    this._find = find;
  }
}
