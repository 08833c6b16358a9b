/** What a connection is made to and with. */
export interface TlsMaterial {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
}

export interface Endpoint {
  /** `https://host:port`, with a path prefix where the API is served below one. */
  readonly url: URL;
  /** Name of the kubeconfig's context; empty when there is none. */
  readonly context: string;
  /** The name in the server's certificate, when it is not the host. */
  readonly serverName?: string;
  /** The server's certificate is not checked. */
  readonly insecure: boolean;
  /** `http://`, `https://`, `socks5://` or `socks5h://`. */
  readonly proxy?: URL;
  /** Lists are asked for as they are: on this machine it takes longer to compress them than to send them. */
  readonly uncompressed?: boolean;
  /** Read again for each connection, so that rotated certificates are picked up. */
  tls(): TlsMaterial;
}

/** Whether a server is on this machine, as far as its URL tells. */
export function isLoopback({ hostname }: URL): boolean {
  return /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

/** The endpoint as messages name it. */
export function describeEndpoint(endpoint: Endpoint): string {
  const server = endpoint.url.href.replace(/\/$/, '');
  return endpoint.context === '' ? server : `${server} (context ${endpoint.context})`;
}
