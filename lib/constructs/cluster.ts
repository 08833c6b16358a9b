/** The cluster that an environment goes to. */
export class Cluster {
  /**
   * The cluster of a context of the kubeconfig.
   *
   * @param context The context's name.
   */
  public static fromContext(context: string): Cluster {
    return new Cluster(context, undefined);
  }

  /**
   * The cluster with an API server at a URL. Truekeel finds the context of the kubeconfig that leads there, and
   * never applies to another one.
   *
   * @param server The URL of the API server, such as `https://10.0.0.1:6443`.
   */
  public static fromServer(server: string): Cluster {
    return new Cluster(undefined, server);
  }

  /**
   * The cluster of the kubeconfig's current context, whichever that is at the time.
   */
  public static current(): Cluster {
    return new Cluster(undefined, undefined);
  }

  /** The context of the kubeconfig, when the cluster was named by it. */
  public readonly context?: string;

  /** The URL of the API server, when the cluster was named by it. */
  public readonly server?: string;

  private constructor(context: string | undefined, server: string | undefined) {
    if (context !== undefined) this.context = context;
    if (server !== undefined) this.server = server;
  }
}
