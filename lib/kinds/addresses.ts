/** IP addresses and blocks of them, read as leniently as the server reads them (k8s.io/utils/net, "sloppy"): numbers may
 * have zeros in front, and a block may be named by any of its addresses. */
import { BlockList, isIP, SocketAddress } from 'node:net';
import { type FieldError, invalidValue } from './field-errors.ts';

type Family = 'ipv4' | 'ipv6';

export interface Address {
  readonly text: string;
  readonly family: Family;
}

export interface Block {
  readonly address: Address;
  readonly bits: number;
}

const DOTTED = /^\d+(?:\.\d+){3}$/;
const DIGITS = /^\d+$/;

export function addressOf(text: string): Address | undefined {
  if (DOTTED.test(text)) {
    const plain = text.split('.').map(Number).join('.');
    return isIP(plain) === 4 ? { text: plain, family: 'ipv4' } : undefined;
  }
  return isIP(text) === 6 && !text.includes('%') ? { text, family: 'ipv6' } : undefined;
}

export function blockOf(text: string): Block | undefined {
  const slash = text.indexOf('/');
  const address = slash < 0 ? undefined : addressOf(text.slice(0, slash));
  const bits = text.slice(slash + 1);
  if (!address || !DIGITS.test(bits) || Number(bits) > widthOf(address)) return undefined;
  return { address, bits: Number(bits) };
}

function widthOf({ family }: Address): number {
  return family === 'ipv4' ? 32 : 128;
}

export function isWithin({ address, bits }: Block, outer: Block): boolean {
  if (address.family !== outer.address.family || bits <= outer.bits) return false;
  const list = new BlockList();
  list.addSubnet(outer.address.text, outer.bits, outer.address.family);
  return list.check(address.text, address.family);
}

/** As it is usually written (RFC 5952). */
export function canonicalOf({ text, family }: Address): string {
  return new SocketAddress({ address: text, family }).address;
}

/** Whether the block is named by the first of its addresses. */
export function isFirstOf({ address, bits }: Block): boolean {
  const width = BigInt(widthOf(address));
  return (numberOf(address) & ((1n << (width - BigInt(bits))) - 1n)) === 0n;
}

function numberOf({ text, family }: Address): bigint {
  if (family === 'ipv4') return text.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
  const [head = '', tail] = withoutDots(canonicalOf({ text, family })).split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  const between = new Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...between, ...after].reduce((sum, part) => (sum << 16n) | BigInt(`0x${part}`), 0n);
}

function withoutDots(address: string): string {
  if (!address.includes('.')) return address;
  const at = address.lastIndexOf(':') + 1;
  const [a = 0, b = 0, c = 0, d = 0] = address.slice(at).split('.').map(Number);
  return `${address.slice(0, at)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

export function addressErrors(text: string, field: string): FieldError[] {
  return addressOf(text)
    ? []
    : [invalidValue(field, text, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')];
}

export function blockErrors(text: string, field: string): FieldError[] {
  return blockOf(text)
    ? []
    : [invalidValue(field, text, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')];
}

function listOf(...blocks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const block of blocks) {
    const [address = '', bits] = block.split('/');
    list.addSubnet(address, Number(bits), address.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** Of every scope. */
const MULTICAST = [...'0123456789abcdef'].map((flags) => `ff${flags}2::/16`);

const SPECIAL: readonly { readonly list: BlockList; readonly why: (text: string) => string }[] = [
  { list: listOf('0.0.0.0/32', '::/128'), why: (text) => `may not be unspecified (${text})` },
  {
    list: listOf('127.0.0.0/8', '::1/128'),
    why: () => 'may not be in the loopback range (127.0.0.0/8, ::1/128)',
  },
  {
    list: listOf('169.254.0.0/16', 'fe80::/10'),
    why: () => 'may not be in the link-local range (169.254.0.0/16, fe80::/10)',
  },
  {
    list: listOf('224.0.0.0/24', ...MULTICAST),
    why: () => 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
  },
];

/** Errors of an address that somebody is to be reached at (core/validation, ValidateEndpointIP). */
export function endpointAddressErrors(text: string, field: string): FieldError[] {
  const address = addressOf(text);
  if (!address) return [invalidValue(field, text, 'must be a valid IP address')];
  return SPECIAL.filter(({ list }) => list.check(address.text, address.family)).map(({ why }) =>
    invalidValue(field, text, why(text)),
  );
}
