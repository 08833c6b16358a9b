import { ApiObject, type ApiObjectMetadata } from 'cdk8s';
import type { Construct } from 'constructs';
import { Annotation } from '../objects/index.ts';
import { addCheck } from './target.ts';
import { contentHash, KEPT_VERSIONS, keepProblem, versionedName } from './versioned-name.ts';

/** Properties of a Config. */
export interface ConfigProps {
  /**
   * Texts by key, which are names of files or of environment variables.
   *
   * @default - none
   */
  readonly data?: { [key: string]: string };

  /**
   * Other content by key, written in base64.
   *
   * @default - none
   */
  readonly binaryData?: { [key: string]: string };

  /**
   * The name before the hash.
   *
   * @default - its place in the application
   */
  readonly baseName?: string;

  /**
   * How many former versions stay in the cluster. One or more.
   *
   * @default 3
   */
  readonly keep?: number;

  /**
   * Labels and annotations. The name is made of `baseName`.
   *
   * @default - none
   */
  readonly metadata?: ApiObjectMetadata;
}

/** What etcd takes. Kubernetes documentation, "ConfigMaps". */
const MOST_BYTES = 1024 * 1024;

/**
 * A ConfigMap (v1) that never changes: its name carries a hash of its content, so other content is another object. What
 * refers to it changes with it, and pods are rolled. Former versions stay for as long as a rollback or a slow rollout may
 * look for them.
 *
 *     const config = new Config(application, 'settings', { data: { 'app.conf': 'greeting = hello' } });
 *     new Workload(application, 'api', { image, mounts: [Mount.config('/etc/api', config)] });
 */
export class Config extends ApiObject {
  /** What all versions of it are called, before the hash. */
  public readonly baseName: string;

  /**
   * Declares a config.
   *
   * @param scope An Application, or a construct inside one.
   * @param id Its name in the scope.
   * @param props The content.
   */
  constructor(scope: Construct, id: string, props: ConfigProps) {
    const { keep = KEPT_VERSIONS, metadata } = props;
    const data = { ...props.data };
    const binaryData = { ...props.binaryData };
    const hash = contentHash({ data, binaryData });
    const { baseName, name } = versionedName(scope, id, { kind: 'ConfigMap', hash, given: props.baseName });
    super(scope, id, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        ...metadata,
        name,
        annotations: {
          // To keep some and delete the others is what it is for: nobody is asked, whatever its application says.
          [Annotation.prune]: 'allow',
          ...metadata?.annotations,
          [Annotation.versionOf]: baseName,
          [Annotation.keepVersions]: String(keep),
        },
      },
      immutable: true,
      data: Object.keys(data).length > 0 ? data : undefined,
      binaryData: Object.keys(binaryData).length > 0 ? binaryData : undefined,
    });
    this.baseName = baseName;
    addCheck(this, () => [
      keepProblem(keep),
      metadata?.name === undefined ? undefined : 'metadata has a name: give baseName instead',
      ...problems(data, binaryData),
      this.changeProblem(hash),
    ]);
  }

  /** A patch, or a mixin, comes too late for the name. */
  private changeProblem(hash: string): string | undefined {
    let rendered: {
      readonly data?: Texts;
      readonly binaryData?: Texts;
      readonly metadata?: { name?: string };
    };
    try {
      rendered = this.toJson();
    } catch {
      return undefined; // That is said when it is rendered.
    }
    const { data = {}, binaryData = {} } = rendered;
    return contentHash({ data, binaryData }) === hash && rendered.metadata?.name === this.name
      ? undefined
      : 'it was changed after its name was made of its content: give the content to the constructor';
  }
}

type Texts = { readonly [key: string]: string };

function problems(data: Texts, binaryData: Texts): readonly (string | undefined)[] {
  const keys = [...Object.keys(data), ...Object.keys(binaryData)];
  const bytes = [...Object.values(data), ...Object.values(binaryData)].reduce(
    (sum, text) => sum + Buffer.byteLength(String(text)),
    0,
  );
  return [
    keys.length === 0 ? 'it has no content: give data' : undefined,
    ...keys
      .filter((key) => !/^[-._a-zA-Z0-9]{1,253}$/.test(key) || key === '.' || key.startsWith('..'))
      .map((key) => `"${key}" cannot be a key: letters, digits, "-", "_" and "." make one`),
    ...Object.keys(binaryData)
      .filter((key) => key in data)
      .map((key) => `${key} is in data and in binaryData`),
    ...Object.entries(binaryData)
      .filter(([, value]) => !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value))
      .map(([key]) => `binaryData: ${key} is not base64`),
    bytes > MOST_BYTES ? `its content has ${bytes} bytes: ${MOST_BYTES} is the most` : undefined,
  ];
}
