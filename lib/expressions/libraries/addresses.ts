/** Kubernetes' libraries for IP addresses and their ranges. */
import { isIP } from 'node:net';
import type { Environment } from '@marcbachmann/cel-js';

class Address {
  readonly family: 4 | 6;
  readonly bits: bigint;

  constructor(family: 4 | 6, bits: bigint) {
    this.family = family;
    this.bits = bits;
  }

  /** Whether its first bits are those of a prefix. */
  isIn(prefix: bigint, length: number): boolean {
    const rest = BigInt(widthOf(this.family) - length);
    return this.bits >> rest === prefix >> rest;
  }
}

class Range {
  readonly address: Address;
  readonly length: number;

  constructor(address: Address, length: number) {
    this.address = address;
    this.length = length;
  }

  contains({ family, bits }: Address): boolean {
    return this.address.family === family && this.address.isIn(bits, this.length);
  }
}

const widthOf = (family: 4 | 6): number => (family === 4 ? 32 : 128);

const MAPPED = /^[0:]+ffff:(?:[^:]+:[^:]+|[\d.]+)$/i;

/** Neither with zones nor as IPv4 within IPv6, which Kubernetes refuses. */
function addressOf(text: string): Address | undefined {
  const family = isIP(text);
  if (family === 4) return new Address(4, bitsOf4(text));
  return family === 6 && !text.includes('%') && !MAPPED.test(text)
    ? new Address(6, bitsOf6(text))
    : undefined;
}

function bitsOf4(text: string): bigint {
  return text.split('.').reduce((bits, byte) => (bits << 8n) | BigInt(byte), 0n);
}

function bitsOf6(text: string): bigint {
  const [before = '', after] = text.split('::');
  const groupsOf = (part: string): readonly bigint[] =>
    part === ''
      ? []
      : part.split(':').flatMap((group) => {
          if (!group.includes('.')) return [BigInt(`0x${group}`)];
          const bits = bitsOf4(group);
          return [bits >> 16n, bits & 0xffffn];
        });
  const [first, last] = [groupsOf(before), groupsOf(after ?? '')];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => 0n);
  return [...first, ...zeros, ...last].reduce((bits, group) => (bits << 16n) | group, 0n);
}

/** As Go writes it: RFC 5952. */
function formatAddress({ family, bits }: Address): string {
  const size = family === 4 ? 8n : 16n;
  const parts = Array.from(
    { length: family === 4 ? 4 : 8 },
    (_, index, count = BigInt(family === 4 ? 3 : 7)) =>
      (bits >> (size * (count - BigInt(index)))) & ((1n << size) - 1n),
  );
  if (family === 4) return parts.join('.');
  let longest = { start: 0, length: 1 };
  for (let start = 0; start < parts.length; start += 1) {
    const end = parts.findIndex((part, index) => index >= start && part !== 0n);
    const length = (end < 0 ? parts.length : end) - start;
    if (length > longest.length) longest = { start, length };
  }
  const groups = parts.map((part) => part.toString(16));
  if (longest.length === 1) return groups.join(':');
  const [before, after] = [groups.slice(0, longest.start), groups.slice(longest.start + longest.length)];
  return `${before.join(':')}::${after.join(':')}`;
}

function rangeOf(text: string): Range | undefined {
  const { address, length } = /^(?<address>[^/]+)\/(?<length>0|[1-9]\d{0,2})$/.exec(text)?.groups ?? {};
  const found = address === undefined ? undefined : addressOf(address);
  if (found === undefined || Number(length) > widthOf(found.family)) return undefined;
  return new Range(found, Number(length));
}

function known<T>(value: T | undefined, text: string, what: string): T {
  if (value === undefined) throw new Error(`${JSON.stringify(text)} is no ${what}`);
  return value;
}

const ip = (text: string): Address => known(addressOf(text), text, 'IP address');
const cidr = (text: string): Range => known(rangeOf(text), text, 'range of IP addresses');

const isWithin = (address: Address, ...ranges: readonly string[]): boolean =>
  ranges.some((range) => cidr(range).contains(address));

const isUnspecified = ({ bits }: Address): boolean => bits === 0n;
const isLoopback = (address: Address): boolean => isWithin(address, '127.0.0.0/8', '::1/128');
const isMulticast = (address: Address): boolean => isWithin(address, '224.0.0.0/4', 'ff00::/8');
const isLinkLocalUnicast = (address: Address): boolean => isWithin(address, '169.254.0.0/16', 'fe80::/10');

/** ff02::/16 with any flags. */
function isLinkLocalMulticast(address: Address): boolean {
  if (address.family === 4) return isWithin(address, '224.0.0.0/24');
  return isMulticast(address) && ((address.bits >> 112n) & 0xfn) === 2n;
}

function isGlobalUnicast(address: Address): boolean {
  const isOther = [isUnspecified, isLoopback, isMulticast, isLinkLocalUnicast].some((is) => is(address));
  return !isOther && !isWithin(address, '255.255.255.255/32');
}

function containsRange(range: Range, other: Range): boolean {
  return range.length <= other.length && range.contains(other.address);
}

function masked({ address: { family, bits }, length }: Range): Range {
  const rest = BigInt(widthOf(family) - length);
  return new Range(new Address(family, (bits >> rest) << rest), length);
}

class Ip {}

export function registerAddresses(environment: Environment): void {
  environment
    .registerType('IP', { ctor: Address, fields: {} })
    .registerType('CIDR', { ctor: Range, fields: {} })
    .registerOperator('IP == IP', (a: Address, b: Address) => a.family === b.family && a.bits === b.bits)
    .registerOperator(
      'CIDR == CIDR',
      (a: Range, b: Range) =>
        a.address.family === b.address.family && a.address.bits === b.address.bits && a.length === b.length,
    )
    .registerFunction('isIP(string): bool', (text: string) => addressOf(text) !== undefined)
    .registerFunction('ip(string): IP', ip)
    // `ip.isCanonical` is one name to Kubernetes.
    .registerType('Ip', { ctor: Ip, fields: {} })
    .registerConstant('ip', 'Ip', new Ip())
    .registerFunction(
      'Ip.isCanonical(string): bool',
      (_: Ip, text: string) => formatAddress(ip(text)) === text,
    )
    .registerFunction('string(IP): string', formatAddress)
    .registerFunction('IP.family(): int', ({ family }: Address) => BigInt(family))
    .registerFunction('IP.isUnspecified(): bool', isUnspecified)
    .registerFunction('IP.isLoopback(): bool', isLoopback)
    .registerFunction('IP.isLinkLocalMulticast(): bool', isLinkLocalMulticast)
    .registerFunction('IP.isLinkLocalUnicast(): bool', isLinkLocalUnicast)
    .registerFunction('IP.isGlobalUnicast(): bool', isGlobalUnicast)
    .registerFunction('isCIDR(string): bool', (text: string) => rangeOf(text) !== undefined)
    .registerFunction('cidr(string): CIDR', cidr)
    .registerFunction(
      'string(CIDR): string',
      (range: Range) => `${formatAddress(range.address)}/${range.length}`,
    )
    .registerFunction('CIDR.prefixLength(): int', ({ length }: Range) => BigInt(length))
    .registerFunction('CIDR.ip(): IP', ({ address }: Range) => address)
    .registerFunction('CIDR.masked(): CIDR', masked)
    .registerFunction('CIDR.containsIP(IP): bool', (range: Range, address: Address) =>
      range.contains(address),
    )
    .registerFunction('CIDR.containsIP(string): bool', (range: Range, text: string) =>
      range.contains(ip(text)),
    )
    .registerFunction('CIDR.containsCIDR(CIDR): bool', containsRange)
    .registerFunction('CIDR.containsCIDR(string): bool', (range: Range, text: string) =>
      containsRange(range, cidr(text)),
    );
}
