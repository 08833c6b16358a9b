import type { EnvironmentSource, EnvironmentValue } from './environment-value.ts';
import type { HealthCheck } from './health-check.ts';
import type { Mount } from './mount.ts';
import type { ComputeAmount } from './quantity.ts';

/** What a container runs, and how. */
export interface ContainerOptions {
  /** The image, best by digest. */
  readonly image: string;

  /**
   * The program.
   *
   * @default - that of the image
   */
  readonly command?: string[];

  /**
   * The arguments of the program.
   *
   * @default - those of the image
   */
  readonly args?: string[];

  /**
   * Environment variables. They are rendered sorted by name.
   *
   * @default - none
   */
  readonly environment?: { [name: string]: string };

  /**
   * Environment variables whose values stand somewhere else.
   *
   * @default - none
   */
  readonly environmentValues?: { [name: string]: EnvironmentValue };

  /**
   * Where all keys are environment variables.
   *
   * @default - none
   */
  readonly environmentFrom?: EnvironmentSource[];

  /**
   * The port that it listens on.
   *
   * @default - none
   */
  readonly port?: number;

  /**
   * The name of `port`. Service meshes take the protocol from it: `http`, `grpc`, `tcp`.
   *
   * @default "http"
   */
  readonly portName?: string;

  /**
   * Further ports that it listens on, by name.
   *
   * @default - none
   */
  readonly morePorts?: { [name: string]: number };

  /**
   * What it is sure to get.
   *
   * @default - what `limits` says; otherwise a tenth of a core and 128 MiB
   */
  readonly requests?: ComputeAmount;

  /**
   * What it gets at most.
   *
   * @default - as much memory as it requests; any amount of processor time
   */
  readonly limits?: ComputeAmount;

  /**
   * Whether it can be sent requests.
   *
   * @default - a connection to `port`; HealthCheck.NONE without a port
   */
  readonly readiness?: HealthCheck;

  /**
   * Whether it needs a restart.
   *
   * @default - a connection to `port`; HealthCheck.NONE without a port
   */
  readonly liveness?: HealthCheck;

  /**
   * Whether it has started; until then nothing else is asked.
   *
   * @default - a connection to `port` within five minutes; HealthCheck.NONE without a port
   */
  readonly startup?: HealthCheck;

  /**
   * The number of the user that it runs as. Not 0, which is root.
   *
   * @default - that of the image, which must not be root
   */
  readonly user?: number;

  /**
   * The number of the group that it runs as.
   *
   * @default - that of the image
   */
  readonly group?: number;

  /**
   * Whether it can write nowhere but to its mounts. It then has an empty directory at `/tmp`.
   *
   * @default true
   */
  readonly readOnlyRootFilesystem?: boolean;

  /**
   * What it sees as directories.
   *
   * @default - its image, and `/tmp`
   */
  readonly mounts?: Mount[];
}
