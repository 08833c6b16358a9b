/** DSSE envelopes (secure-systems-lab/dsse, version 1.0): a text, what it is, and who signed both. */
import { z } from 'zod';
import { type Signer, sign, type TrustedSigners, verifySignature } from '../git/index.ts';

/** What SSH signatures in envelopes are for: one of a commit is none of a statement. */
const NAMESPACE = 'truekeel-provenance';

const base64 = z.string().regex(/^[A-Za-z0-9+/_-]*={0,2}$/);
const envelope = z.object({
  payloadType: z.string(),
  payload: base64,
  signatures: z.array(z.object({ keyid: z.string().exactOptional(), sig: base64 })).min(1),
});

export interface Envelope {
  readonly payloadType: string;
  readonly payload: string;
  /** Armoured. */
  readonly signatures: readonly string[];
}

/** @throws GitError `SIGNING_FAILED` */
export async function sealEnvelope(payloadType: string, payload: string, signer: Signer): Promise<string> {
  const signature = await sign(preAuthentication(payloadType, payload), signer, NAMESPACE);
  return `${JSON.stringify({
    payloadType,
    payload: Buffer.from(payload, 'utf8').toString('base64'),
    signatures: [{ sig: Buffer.from(signature, 'latin1').toString('base64') }],
  })}\n`;
}

/** @returns undefined for what is no envelope */
export function readEnvelope(value: unknown): Envelope | undefined {
  const { data } = envelope.safeParse(value);
  if (!data) return undefined;
  // Both alphabets are allowed, and Node reads both.
  const decode = (text: string) => Buffer.from(text, 'base64');
  return {
    payloadType: data.payloadType,
    payload: decode(data.payload).toString('utf8'),
    signatures: data.signatures.map(({ sig }) => decode(sig).toString('latin1')),
  };
}

/** @returns who signed it
 * @throws GitError `SIGNATURE_REFUSED` when nobody who is trusted did */
export async function verifyEnvelope(
  { payloadType, payload, signatures }: Envelope,
  trusted: TrustedSigners,
): Promise<string> {
  const data = preAuthentication(payloadType, payload);
  let refused: unknown;
  for (const signature of signatures) {
    try {
      return await verifySignature(data, signature, { trusted, namespace: NAMESPACE });
    } catch (error) {
      refused = error;
    }
  }
  throw refused;
}

/** What is signed: no other type or text gives the same bytes (DSSE, protocol.md, "PAE"). */
function preAuthentication(payloadType: string, payload: string): Buffer {
  const [type, body] = [Buffer.from(payloadType, 'utf8'), Buffer.from(payload, 'utf8')];
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${body.length} `), body]);
}
