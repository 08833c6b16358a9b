/** Kubernetes' libraries for IP addresses and their ranges, as far as they judge texts. */
import { isIP } from 'node:net';
import type { Environment } from '@marcbachmann/cel-js';

class Address {
  readonly family: 4 | 6;

  constructor(family: 4 | 6) {
    this.family = family;
  }
}

class Range {
  readonly family: 4 | 6;
  readonly length: number;

  constructor(family: 4 | 6, length: number) {
    this.family = family;
    this.length = length;
  }
}

const MAPPED = /^[0:]+ffff:(?:[^:]+:[^:]+|[\d.]+)$/i;

/** Neither with zones nor as IPv4 within IPv6, which Kubernetes refuses. */
function addressOf(text: string): Address | undefined {
  const family = isIP(text);
  if (family === 4) return new Address(4);
  return family === 6 && !text.includes('%') && !MAPPED.test(text) ? new Address(6) : undefined;
}

function rangeOf(text: string): Range | undefined {
  const { address, length } = /^(?<address>[^/]+)\/(?<length>0|[1-9]\d{0,2})$/.exec(text)?.groups ?? {};
  const family = address === undefined ? undefined : addressOf(address)?.family;
  if (family === undefined || Number(length) > (family === 4 ? 32 : 128)) return undefined;
  return new Range(family, Number(length));
}

function known<T>(value: T | undefined, text: string, what: string): T {
  if (value === undefined) throw new Error(`${JSON.stringify(text)} is no ${what}`);
  return value;
}

export function registerAddresses(environment: Environment): void {
  environment
    .registerType('IP', { ctor: Address, fields: {} })
    .registerType('CIDR', { ctor: Range, fields: {} })
    .registerFunction('isIP(string): bool', (text: string) => addressOf(text) !== undefined)
    .registerFunction('ip(string): IP', (text: string) => known(addressOf(text), text, 'IP address'))
    .registerFunction('IP.family(): int', ({ family }: Address) => BigInt(family))
    .registerFunction('isCIDR(string): bool', (text: string) => rangeOf(text) !== undefined)
    .registerFunction('cidr(string): CIDR', (text: string) =>
      known(rangeOf(text), text, 'range of IP addresses'),
    )
    .registerFunction('CIDR.prefixLength(): int', ({ length }: Range) => BigInt(length));
}
