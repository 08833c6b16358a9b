import { expect, test } from 'vitest';
import { parseSigner, trustedSigners } from './signers.ts';

test('a key to sign with says of what kind it is', () => {
  expect(parseSigner('ssh:/keys/a:b')).toEqual({ kind: 'ssh', key: '/keys/a:b' });
  expect(parseSigner('openpgp:ABCD')).toEqual({ kind: 'openpgp', key: 'ABCD' });
});

test.each(['', 'ssh:', '/keys/a', 'gpg:ABCD', 'SSH:/keys/a'])('%j names no key', (text) => {
  expect(() => parseSigner(text)).toThrow(expect.objectContaining({ code: 'INVALID_SIGNER' }));
});

test('nobody is asked for when nobody is named', () => {
  expect(trustedSigners(undefined, [])).toBeUndefined();
  expect(trustedSigners('list', [])).toEqual({ allowedSigners: 'list', openpgp: [] });
});

test('keys are trusted by their whole fingerprint', () => {
  const fingerprint = 'ab12'.repeat(10);
  expect(trustedSigners(undefined, [fingerprint])).toEqual({ openpgp: [fingerprint] });
  for (const key of ['ABCD1234', `${fingerprint}0`, 'x'.repeat(40)])
    expect(() => trustedSigners(undefined, [key])).toThrow(
      expect.objectContaining({ code: 'INVALID_SIGNER' }),
    );
});
