import type { Duration } from 'cdk8s';

/** How often a container is asked for its health, and what counts. */
export interface HealthCheckOptions {
  /**
   * The port that is asked.
   *
   * @default - the container's `port`
   */
  readonly port?: number;

  /**
   * How long after the start of the container it is asked first, in whole seconds.
   *
   * @default - at once
   */
  readonly initialDelay?: Duration;

  /**
   * How often it is asked, in whole seconds.
   *
   * @default Duration.seconds(10)
   */
  readonly period?: Duration;

  /**
   * How long an answer may take, in whole seconds.
   *
   * @default Duration.seconds(1)
   */
  readonly timeout?: Duration;

  /**
   * How many answers in a row must be bad to count.
   *
   * @default 3
   */
  readonly failureThreshold?: number;
}

/** How the kubelet finds out whether a container is well. */
export class HealthCheck {
  /** Nobody asks. */
  public static readonly NONE = new HealthCheck(undefined, {});

  /**
   * By a GET request that is answered with a status from 200 to 399.
   *
   * @param path Begins with `/`.
   * @param options How often, and on which port.
   */
  public static http(path: string, options: HealthCheckOptions = {}): HealthCheck {
    return new HealthCheck((port) => ({ httpGet: { path, port } }), options);
  }

  /**
   * By a connection that comes about.
   *
   * @param options How often, and on which port.
   */
  public static tcp(options: HealthCheckOptions = {}): HealthCheck {
    return new HealthCheck((port) => ({ tcpSocket: { port } }), options);
  }

  /**
   * By the health service of gRPC.
   *
   * @param options How often, and on which port.
   */
  public static grpc(options: HealthCheckOptions = {}): HealthCheck {
    return new HealthCheck((port) => ({ grpc: { port } }), options);
  }

  /**
   * By a program in the container that ends with 0.
   *
   * @param command The program and its arguments.
   * @param options How often.
   */
  public static command(command: string[], options: HealthCheckOptions = {}): HealthCheck {
    return new HealthCheck(() => ({ exec: { command: [...command] } }), options, true);
  }

  private readonly action: ((port: number | undefined) => object) | undefined;
  private readonly options: HealthCheckOptions;
  private readonly needsNoPort: boolean;

  private constructor(
    action: ((port: number | undefined) => object) | undefined,
    options: HealthCheckOptions,
    needsNoPort = action === undefined,
  ) {
    this.action = action;
    this.options = options;
    this.needsNoPort = needsNoPort;
  }

  /**
   * The probe, as Kubernetes writes it.
   *
   * @internal
   */
  public _probe(port: number | undefined): object | undefined {
    const { initialDelay, period, timeout, failureThreshold, port: own } = this.options;
    return (
      this.action && {
        ...this.action(own ?? port),
        initialDelaySeconds: initialDelay?.toSeconds(),
        periodSeconds: period?.toSeconds(),
        timeoutSeconds: timeout?.toSeconds(),
        failureThreshold,
      }
    );
  }

  /**
   * Why it cannot be asked.
   *
   * @internal
   */
  public _problem(port: number | undefined): string | undefined {
    return this.needsNoPort || (this.options.port ?? port) !== undefined
      ? undefined
      : 'has no port to ask: give the container a port, or the check';
  }
}
