/** X.509 certificates (RFC 5280) for one cluster: a CA made at start, and what it issues. Node can read certificates
 * but not make them, and the part that is needed here is small. */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';
import {
  bitString,
  boolean,
  explicit,
  implicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  time,
  utf8String,
} from './der.ts';

interface Subject {
  readonly commonName: string;
  /** Kubernetes reads these as groups. */
  readonly organizations?: readonly string[];
}

export interface IssuedCertificate {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

interface CertificateRequest {
  readonly subject: Subject;
  readonly usage: 'server' | 'client';
  /** DNS names and IPv4 addresses; servers only. */
  readonly names?: readonly string[];
}

export interface CertificateAuthority {
  readonly certificatePem: string;
  issue(request: CertificateRequest): IssuedCertificate;
}

const OID = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;

const DAY_MS = 86_400_000;
/** RFC 5280 4.2.1.3, as the first octet of the bit string: digitalSignature; keyCertSign and cRLSign. */
const DIGITAL_SIGNATURE = Buffer.from([0x80]);
const SIGN_CERTIFICATES = Buffer.from([0x06]);

/** Makes a CA that is valid from a day before `now` for ten years; so is what it issues. */
export function createCertificateAuthority(commonName: string, now: Date): CertificateAuthority {
  const validity = { from: new Date(now.getTime() - DAY_MS), to: new Date(now.getTime() + 3650 * DAY_MS) };
  const key = newKey();
  const issuer: Subject = { commonName };
  const certificatePem = certificate({ subject: issuer, issuer, key, signer: key, validity, extensions: [] });
  return {
    certificatePem,
    issue(request) {
      const own = newKey();
      const extensions = [
        extension(
          OID.extendedKeyUsage,
          sequence(objectIdentifier(request.usage === 'server' ? OID.serverAuth : OID.clientAuth)),
        ),
        ...(request.names?.length ? [extension(OID.subjectAltName, alternativeNames(request.names))] : []),
      ];
      return {
        certificatePem: certificate({
          subject: request.subject,
          issuer,
          key: own,
          signer: key,
          validity,
          extensions,
        }),
        privateKeyPem: own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
}

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

function newKey(): KeyPair {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

interface CertificateParts {
  readonly subject: Subject;
  readonly issuer: Subject;
  readonly key: KeyPair;
  readonly signer: KeyPair;
  readonly validity: { readonly from: Date; readonly to: Date };
  readonly extensions: readonly Buffer[];
}

function certificate(parts: CertificateParts): string {
  const isAuthority = parts.key === parts.signer;
  const algorithm = sequence(objectIdentifier(OID.ecdsaWithSha256));
  const extensions = [
    extension(OID.basicConstraints, isAuthority ? sequence(boolean(true)) : sequence(), true),
    extension(
      OID.keyUsage,
      isAuthority ? bitString(SIGN_CERTIFICATES, 1) : bitString(DIGITAL_SIGNATURE, 7),
      true,
    ),
    extension(OID.subjectKeyIdentifier, octetString(keyIdentifier(parts.key))),
    extension(OID.authorityKeyIdentifier, sequence(implicit(0, keyIdentifier(parts.signer)))),
    ...parts.extensions,
  ];
  const toBeSigned = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    distinguishedName(parts.issuer),
    sequence(time(parts.validity.from), time(parts.validity.to)),
    distinguishedName(parts.subject),
    parts.key.publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...extensions)),
  );
  const signature = sign('sha256', toBeSigned, parts.signer.privateKey);
  const der = sequence(toBeSigned, algorithm, bitString(signature));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function distinguishedName(subject: Subject): Buffer {
  const attribute = (oid: string, value: string) => set(sequence(objectIdentifier(oid), utf8String(value)));
  return sequence(
    ...(subject.organizations ?? []).map((name) => attribute(OID.organization, name)),
    attribute(OID.commonName, subject.commonName),
  );
}

function extension(oid: string, value: Buffer, critical = false): Buffer {
  return sequence(objectIdentifier(oid), ...(critical ? [boolean(true)] : []), octetString(value));
}

function alternativeNames(names: readonly string[]): Buffer {
  return sequence(
    ...names.map((name) =>
      isIPv4(name) ? implicit(7, Buffer.from(name.split('.').map(Number))) : implicit(2, Buffer.from(name)),
    ),
  );
}

function keyIdentifier(key: KeyPair): Buffer {
  return createHash('sha1')
    .update(key.publicKey.export({ type: 'spki', format: 'der' }))
    .digest();
}
