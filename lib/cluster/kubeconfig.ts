import { dump } from 'js-yaml';

export interface KubeconfigParts {
  readonly name: string;
  readonly server: string;
  /** Absent without TLS. */
  readonly caPem?: string;
  readonly user: string;
  readonly credentials:
    | { readonly token: string }
    | { readonly certificatePem: string; readonly privateKeyPem: string };
  readonly namespace?: string;
}

/** A kubeconfig with one context, as YAML. */
export function kubeconfigYaml(parts: KubeconfigParts): string {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const { credentials } = parts;
  return dump({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: parts.name,
        cluster: {
          server: parts.server,
          ...(parts.caPem !== undefined && { 'certificate-authority-data': base64(parts.caPem) }),
        },
      },
    ],
    users: [
      {
        name: parts.user,
        user:
          'token' in credentials
            ? { token: credentials.token }
            : {
                'client-certificate-data': base64(credentials.certificatePem),
                'client-key-data': base64(credentials.privateKeyPem),
              },
      },
    ],
    contexts: [
      {
        name: parts.name,
        context: {
          cluster: parts.name,
          user: parts.user,
          ...(parts.namespace !== undefined && { namespace: parts.namespace }),
        },
      },
    ],
    'current-context': parts.name,
  });
}
