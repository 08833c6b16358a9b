import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { createCertificateAuthority } from './certificate.ts';

const now = new Date('2026-05-04T12:00:00Z');

test('what the authority issues verifies against it and names its subject', () => {
  const authority = createCertificateAuthority('test-ca', now);
  const issued = authority.issue({
    subject: { commonName: 'anna', organizations: ['dev', 'system:masters'] },
    usage: 'client',
  });
  const ca = new X509Certificate(authority.certificatePem);
  const certificate = new X509Certificate(issued.certificatePem);
  expect(ca.ca).toBe(true);
  expect(certificate.ca).toBe(false);
  expect(certificate.verify(ca.publicKey)).toBe(true);
  expect(certificate.checkIssued(ca)).toBe(true);
  expect(certificate.subject.split('\n')).toEqual(['O=dev', 'O=system:masters', 'CN=anna']);
  expect(new Date(certificate.validFrom).getTime()).toBeLessThan(now.getTime());
});

test('an authority does not verify what another one issued', () => {
  const other = createCertificateAuthority('test-ca', now);
  const issued = createCertificateAuthority('test-ca', now).issue({
    subject: { commonName: 'x' },
    usage: 'client',
  });
  expect(
    new X509Certificate(issued.certificatePem).verify(new X509Certificate(other.certificatePem).publicKey),
  ).toBe(false);
});

test('a serving certificate is accepted by name and address, and no other name', () => {
  const issued = createCertificateAuthority('test-ca', now).issue({
    subject: { commonName: 'apiserver' },
    usage: 'server',
    names: ['localhost', '127.0.0.1', 'kubernetes.default.svc'],
  });
  const certificate = new X509Certificate(issued.certificatePem);
  expect(certificate.checkHost('localhost')).toBe('localhost');
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(certificate.checkHost('example.org')).toBeUndefined();
});

test('a TLS handshake succeeds with both sides verified', async () => {
  const authority = createCertificateAuthority('test-ca', new Date());
  const server = authority.issue({
    subject: { commonName: 'apiserver' },
    usage: 'server',
    names: ['127.0.0.1'],
  });
  const client = authority.issue({ subject: { commonName: 'anna' }, usage: 'client' });
  const ca = authority.certificatePem;
  const listener = createServer({
    cert: server.certificatePem,
    key: server.privateKeyPem,
    ca,
    requestCert: true,
  });
  const peer = once(listener, 'secureConnection') as Promise<[TLSSocket]>; // once() cannot know the event's type
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo; // a listening TCP server
  const socket = connect({
    host: '127.0.0.1',
    port,
    ca,
    cert: client.certificatePem,
    key: client.privateKeyPem,
  });
  await once(socket, 'secureConnect');
  const [accepted] = await peer;
  expect(socket.authorized).toBe(true);
  expect(accepted.authorized).toBe(true);
  expect(accepted.getPeerCertificate().subject.CN).toBe('anna');
  socket.destroy();
  listener.close();
});
