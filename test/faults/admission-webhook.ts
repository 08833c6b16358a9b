/** An admission webhook on loopback, and its registration with an API server. */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { createCertificateAuthority } from '../../lib/cluster/tls/certificate.ts';
import type { KubeClient } from '../../lib/kube/index.ts';
import {
  gvkOf,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
  keyOf,
} from '../../lib/objects/index.ts';
import { unique } from './servers.ts';

/** `silent`: the API server gets no answer. A patch is JSON Patch (RFC 6902). */
export type Verdict =
  | 'allow'
  | 'silent'
  | { readonly deny: string }
  | { readonly patch: readonly JsonObject[] };

export interface AdmissionWebhook extends AsyncDisposable {
  /** Only objects with this label come here. */
  readonly label: Readonly<Record<string, string>>;
  /** What is asked, the newest last. */
  readonly asked: readonly { readonly name: string; readonly dryRun: boolean }[];
}

export interface WebhookOptions {
  readonly kind: 'MutatingWebhookConfiguration' | 'ValidatingWebhookConfiguration';
  readonly failurePolicy?: 'Fail' | 'Ignore';
  readonly decide: (object: KubernetesObject) => Verdict;
}

export async function startWebhook(client: KubeClient, options: WebhookOptions): Promise<AdmissionWebhook> {
  const authority = createCertificateAuthority('webhook', new Date());
  const { certificatePem: cert, privateKeyPem: key } = authority.issue({
    subject: { commonName: 'webhook' },
    usage: 'server',
    names: ['127.0.0.1'],
  });
  const asked: { name: string; dryRun: boolean }[] = [];
  const server = createServer({ cert, key }, async (request, response) => {
    const { request: review } = (await json(request)) as Review; // only the API server knows the way here
    asked.push({ name: review.name, dryRun: review.dryRun === true });
    const verdict = options.decide(review.object);
    if (verdict === 'silent') return;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answerTo(review.uid, verdict)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  const name = unique('webhook');
  const label = { 'faults.example.com/webhook': name };
  const configuration: KubernetesObject = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: options.kind,
    metadata: { name },
    webhooks: [
      {
        name: `${name}.example.com`,
        clientConfig: {
          url: `https://127.0.0.1:${port}/`,
          caBundle: Buffer.from(authority.certificatePem).toString('base64'),
        },
        rules: [
          {
            apiGroups: [''],
            apiVersions: ['v1'],
            operations: ['CREATE', 'UPDATE'],
            resources: ['configmaps'],
          },
        ],
        objectSelector: { matchLabels: label },
        failurePolicy: options.failurePolicy ?? 'Fail',
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        timeoutSeconds: 1,
      },
    ],
  };
  await client.apply(configuration);
  return {
    label,
    asked,
    async [Symbol.asyncDispose]() {
      await client.delete(await client.resource(gvkOf(configuration)), keyOf(configuration));
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The members of AdmissionReview that are read (admission.k8s.io/v1). */
interface Review {
  readonly request: {
    readonly uid: string;
    readonly name: string;
    readonly dryRun?: boolean;
    readonly object: KubernetesObject;
  };
}

function answerTo(uid: string, verdict: Exclude<Verdict, 'silent'>): JsonValue {
  const isDenied = typeof verdict === 'object' && 'deny' in verdict;
  const patch = typeof verdict === 'object' && 'patch' in verdict ? verdict.patch : undefined;
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: {
      uid,
      allowed: !isDenied,
      ...(isDenied && { status: { message: verdict.deny } }),
      ...(patch && { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') }),
    },
  };
}
