/** One request and its reply, whatever the transport. */
import type { IncomingHttpHeaders } from 'node:http';
import type { UserInfo } from '../auth/user.ts';

export interface ApiRequest {
  readonly method: string;
  /** Decoded path, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly user: UserInfo;
  readonly body: Buffer;
}

export interface Reply {
  /** Extra headers for the reply, before it is sent. */
  header(name: string, value: string): void;
  send(status: number, contentType: string, body: string): void;
  /** Starts a body of unknown length. */
  stream(status: number, contentType: string): ReplyStream;
}

interface ReplyStream {
  write(chunk: string): void;
  end(): void;
  /** Called once, when either side has ended it. */
  onClose(listener: () => void): void;
}
