import type { Duration, Size } from 'cdk8s';
import type { PodSecurityLevel, PreviewSettings } from '../objects/index.ts';
import { bytesQuantity, type ComputeAmount, Cpu, computeQuantities } from './quantity.ts';

/** What the pods of a namespace may be (Kubernetes, "Pod Security Standards"). */
export class PodSecurity {
  /** Anything. */
  public static readonly PRIVILEGED = new PodSecurity('privileged');

  /** Nothing by which they could take over their node. */
  public static readonly BASELINE = new PodSecurity('baseline');

  /** What is hardened by all that is known. */
  public static readonly RESTRICTED = new PodSecurity('restricted');

  /** The value of the label `pod-security.kubernetes.io/enforce`. */
  public readonly value: string;

  private constructor(value: PodSecurityLevel) {
    this.value = value;
  }
}

/** What a preview may take. */
export interface PreviewQuota {
  /**
   * How many pods it may have.
   *
   * @default 20
   */
  readonly pods?: number;

  /**
   * How much processor time its pods may request together.
   *
   * @default Cpu.cores(2)
   */
  readonly cpu?: Cpu;

  /**
   * How much memory its pods may request together.
   *
   * @default Size.gibibytes(4)
   */
  readonly memory?: Size;

  /**
   * How much storage its claims may request together.
   *
   * @default Size.gibibytes(10)
   */
  readonly storage?: Size;

  /**
   * Quantities of anything else, by the name that Kubernetes has for it: `{ 'services.loadbalancers': '1' }`.
   *
   * @default { 'services.loadbalancers': '0', 'services.nodeports': '0' }
   */
  readonly hard?: { [resource: string]: string };
}

/** How previews of an environment are made. */
export interface PreviewProps {
  /**
   * Where a preview is reached, with placeholders: `https://{label}-{preview}.preview.example.com`.
   *
   * `{preview}` is the number of the pull request, or the name of the preview; `{namespace}` its namespace; `{label}` the
   * first part of the host that the environment has (`shop` of `shop.example.com`), `{host}` all of it with `-` for each
   * dot. The hosts of Ingresses, routes and Gateways become this one.
   *
   * @default - previews are not reached from outside: Ingresses, routes and Gateways are left out
   */
  readonly url?: string;

  /**
   * How long a preview stays after it was brought up to date last.
   *
   * @default Duration.days(3)
   */
  readonly timeToLive?: Duration;

  /**
   * How many there may be at a time.
   *
   * @default 10
   */
  readonly max?: number;

  /**
   * What each may take.
   *
   * @default - 20 pods, 2 cores, 4 GiB of memory, 10 GiB of storage
   */
  readonly quota?: PreviewQuota;

  /**
   * What containers request that do not say.
   *
   * @default - 50 thousandths of a core, 64 MiB of memory
   */
  readonly containerDefaults?: ComputeAmount;

  /**
   * Names of Secrets, sealed ones and ExternalSecrets that previews have, too. Whoever may open a pull request can have
   * these values.
   *
   * @default - none
   */
  readonly secrets?: string[];

  /**
   * What the pods of previews may be.
   *
   * @default PodSecurity.BASELINE
   */
  readonly podSecurity?: PodSecurity;

  /**
   * Namespaces of previews begin with it: `preview` makes `preview-7`. Projects that share a cluster need one each.
   *
   * @default preview
   */
  readonly namespacePrefix?: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** The settings with everything that is left out. */
export function previewSettings(props: PreviewProps): PreviewSettings {
  const { url, timeToLive, max, quota, containerDefaults, secrets, podSecurity, namespacePrefix } = props;
  const defaults = containerDefaults ? computeQuantities(containerDefaults) : { cpu: '50m', memory: '64Mi' };
  return {
    namespacePrefix: namespacePrefix ?? 'preview',
    timeToLiveMs: timeToLive?.toMilliseconds() ?? 3 * DAY_MS,
    max: max ?? 10,
    ...(url !== undefined && { url }),
    quota: hardOf(quota ?? {}),
    containerDefaults: { ...defaults },
    secrets: [...(secrets ?? [])],
    // The constructor took one of them.
    podSecurity: (podSecurity ?? PodSecurity.BASELINE).value as PodSecurityLevel,
  };
}

function hardOf({ pods = 20, cpu, memory, storage, hard }: PreviewQuota): PreviewSettings['quota'] {
  return {
    pods: String(pods),
    'requests.cpu': (cpu ?? Cpu.cores(2))._quantity(),
    'requests.memory': memory ? bytesQuantity(memory) : '4Gi',
    'requests.storage': storage ? bytesQuantity(storage) : '10Gi',
    'services.loadbalancers': '0',
    'services.nodeports': '0',
    ...hard,
  };
}
