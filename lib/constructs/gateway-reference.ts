/** Properties of a reference to a Gateway. */
export interface GatewayReferenceOptions {
  /**
   * The namespace of the Gateway, which must allow routes from that of the route.
   *
   * @default - that of the route
   */
  readonly namespace?: string;

  /**
   * One of its listeners.
   *
   * @default - all that the route fits
   */
  readonly listener?: string;

  /**
   * A port of its listeners.
   *
   * @default - all
   */
  readonly port?: number;
}

/** A Gateway that a route is served by. */
export class GatewayReference {
  /**
   * A Gateway by its name.
   *
   * @param name The Gateway's name.
   * @param options Its namespace, and which of its listeners.
   */
  public static named(name: string, options: GatewayReferenceOptions = {}): GatewayReference {
    return new GatewayReference(name, options);
  }

  /** The Gateway's name. */
  public readonly name: string;

  private readonly options: GatewayReferenceOptions;

  private constructor(name: string, options: GatewayReferenceOptions) {
    this.name = name;
    this.options = options;
  }

  /**
   * The reference, as Gateway API writes it.
   *
   * @internal
   */
  public _reference(): object {
    const { namespace, listener, port } = this.options;
    return {
      group: 'gateway.networking.k8s.io',
      kind: 'Gateway',
      name: this.name,
      namespace,
      sectionName: listener,
      port,
    };
  }
}
