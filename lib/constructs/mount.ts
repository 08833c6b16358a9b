import type { Size } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { bytesQuantity } from './quantity.ts';
import { type Found, nameOf } from './target.ts';

/** How a disk of its own is made for each pod of a StatefulSet. */
export interface DiskOptions {
  /**
   * The storage class.
   *
   * @default - the cluster's default
   */
  readonly storageClass?: string;

  /**
   * `ReadWriteOnce`, `ReadWriteOncePod`, `ReadWriteMany` or `ReadOnlyMany`.
   *
   * @default "ReadWriteOnce"
   */
  readonly accessMode?: string;
}

/**
 * Something that a container sees as a directory. The same mount in two containers of a pod is one volume.
 *
 *     const shared = Mount.emptyDirectory('/cache');
 */
export class Mount {
  /**
   * A directory that is empty when the pod starts, and gone when it ends.
   *
   * @param path Where, from `/` on.
   * @param limit How much fits in. The pod is evicted when it holds more. Default: as much as the node has.
   */
  public static emptyDirectory(path: string, limit?: Size): Mount {
    return new Mount(path, { volume: { emptyDir: { sizeLimit: limit && bytesQuantity(limit) } } });
  }

  /**
   * The files of a ConfigMap of the program.
   *
   * @param path Where, from `/` on.
   * @param config An API object of kind ConfigMap, or a construct that has one.
   */
  public static config(path: string, config: IConstruct): Mount {
    const find = (): Found<object> => {
      const name = nameOf(config, 'ConfigMap');
      return name.problem === undefined ? { found: { configMap: { name: name.found } } } : name;
    };
    return new Mount(path, { find, readOnly: true });
  }

  /**
   * The files of a Secret, which something else makes.
   *
   * @param path Where, from `/` on.
   * @param name The Secret's name.
   */
  public static secret(path: string, name: string): Mount {
    return new Mount(path, { volume: { secret: { secretName: name } }, readOnly: true });
  }

  /**
   * A persistent volume claim that is there already, or elsewhere in the program.
   *
   * @param path Where, from `/` on.
   * @param name The claim's name.
   */
  public static claim(path: string, name: string): Mount {
    return new Mount(path, { volume: { persistentVolumeClaim: { claimName: name } } });
  }

  /**
   * A disk of its own for each pod, which outlives it. For StatefulSets.
   *
   * @param path Where, from `/` on.
   * @param size Its size.
   * @param options Storage class and access mode.
   */
  public static disk(path: string, size: Size, options: DiskOptions = {}): Mount {
    const { storageClass, accessMode = 'ReadWriteOnce' } = options;
    const claim = {
      accessModes: [accessMode],
      storageClassName: storageClass,
      resources: { requests: { storage: bytesQuantity(size) } },
    };
    return new Mount(path, { claim });
  }

  /** Where containers see it. */
  public readonly path: string;

  /**
   * What is seen there; two mounts with the same one are the same volume.
   *
   * @internal
   */
  public readonly _source: MountSource;

  private constructor(path: string, source: MountSource) {
    this.path = path;
    this._source = source;
  }

  /**
   * The same volume at another path, for another container.
   *
   * @param path Where, from `/` on.
   */
  public at(path: string): Mount {
    return new Mount(path, this._source);
  }
}

/** Where a volume comes from: one of the first three. */
export interface MountSource {
  /** As in `volumes` of a pod, without its name. */
  readonly volume?: object;
  readonly find?: () => Found<object>;
  /** The spec of a claim of which each pod gets one. */
  readonly claim?: object;
  readonly readOnly?: boolean;
}
