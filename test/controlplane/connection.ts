/** How to reach a running control plane: plain data, so that it can be handed to other threads. */
import { writeFileSync } from 'node:fs';
import { request } from 'node:https';
import type { IssuedCertificate } from '../../lib/cluster/tls/certificate.ts';

export interface Connection {
  /** `https://127.0.0.1:PORT` */
  readonly server: string;
  /** Certificate authority of the server, PEM. */
  readonly ca: string;
  /** Bearer token of a member of system:masters. */
  readonly token: string;
  /** Bearer token of user `guest`, who may do nothing until a test grants it something. */
  readonly guestToken: string;
  /** Client certificate of the same administrator. */
  readonly certificate: IssuedCertificate;
  /** One that was the administrator's too, and expired a year ago. */
  readonly expiredCertificate: IssuedCertificate;
  /** Folder of the servers' files and logs; removed at the end. */
  readonly directory: string;
  readonly auditLog: string;
  /** Path of a kubectl of the server's version; undefined when there is none. */
  readonly kubectl: string | undefined;
}

export type Endpoint = Pick<Connection, 'server' | 'ca' | 'token'>;

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** One request, on a connection of its own.
 * @param body sent as JSON */
export function send(endpoint: Endpoint, method: string, path: string, body?: object): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(path, endpoint.server), {
      method,
      ca: endpoint.ca,
      agent: false,
      headers: {
        authorization: `Bearer ${endpoint.token}`,
        accept: 'application/json',
        ...(text !== undefined && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
        }),
      },
    });
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    outgoing.end(text);
  });
}

export interface KubeconfigUser {
  readonly name: string;
  /** A bearer token, or a client certificate. */
  readonly credential: string | IssuedCertificate;
}

/** Writes a kubeconfig, readable by its owner only, whose single context has the user's name.
 * @returns `path` */
export function writeKubeconfig(
  path: string,
  endpoint: Pick<Connection, 'server' | 'ca'>,
  user: KubeconfigUser,
): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'controlplane',
        cluster: {
          server: endpoint.server,
          'certificate-authority-data': base64(endpoint.ca),
        },
      },
    ],
    users: [{ name: user.name, user: userEntry(user.credential) }],
    contexts: [{ name: user.name, context: { cluster: 'controlplane', user: user.name } }],
    'current-context': user.name,
  };
  // JSON is YAML.
  writeFileSync(path, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  return path;
}

function userEntry(credential: KubeconfigUser['credential']): object {
  if (typeof credential === 'string') return { token: credential };
  return {
    'client-certificate-data': base64(credential.certificatePem),
    'client-key-data': base64(credential.privateKeyPem),
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
