/** Kubernetes' library for semantic versions (semver.org), which reads them as blang/semver does. */
import type { Environment } from '@marcbachmann/cel-js';

class Version {
  readonly core: readonly bigint[];
  readonly prerelease: readonly (string | bigint)[];

  constructor(core: readonly bigint[], prerelease: readonly (string | bigint)[]) {
    this.core = core;
    this.prerelease = prerelease;
  }
}

const LARGEST = 2n ** 64n - 1n;
const PARTS = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([^+]*))?(?:\+(.*))?$/s;

function versionOf(text: string): Version | undefined {
  const [, major = '', minor = '', patch = '', before, build] = PARTS.exec(text) ?? [];
  if (major === '') return undefined;
  const core = [major, minor, patch].map(BigInt);
  const isBuilt = build === undefined || build.split('.').every((part) => /^[0-9A-Za-z-]+$/.test(part));
  if (!isBuilt || core.some((number) => number > LARGEST)) return undefined;
  const prerelease: (string | bigint)[] = [];
  for (const part of before?.split('.') ?? []) {
    if (/^(?:0|[1-9]\d*)$/.test(part) && BigInt(part) <= LARGEST) prerelease.push(BigInt(part));
    else if (/^[0-9A-Za-z-]+$/.test(part) && /\D/.test(part)) prerelease.push(part);
    else return undefined;
  }
  return new Version(core, prerelease);
}

/** `v1.02` → `1.2.0` */
function normalized(text: string): string {
  const [major = '', minor, ...rest] = text.replace(/^v/, '').split('.');
  const parts = [
    major,
    ...(minor === undefined ? [] : [minor]),
    ...(rest.length > 0 ? [rest.join('.')] : []),
  ];
  const trimmed = parts.map((part) => {
    if (part.length <= 1) return part;
    const shorter = part.replace(/^0+/, '');
    return /^\d/.test(shorter) ? shorter : `0${shorter}`;
  });
  if (trimmed.length < 3 && /[+-]/.test(trimmed.at(-1)!)) return '';
  return [...trimmed, '0', '0'].slice(0, Math.max(3, trimmed.length)).join('.');
}

function compare(a: Version, b: Version): -1 | 0 | 1 {
  for (const [index, number] of a.core.entries()) {
    const other = b.core[index]!;
    if (number !== other) return number > other ? 1 : -1;
  }
  const [before, after] = [a.prerelease, b.prerelease];
  // A version comes after its prereleases.
  if (before.length === 0 || after.length === 0) return sign(after.length - before.length);
  for (const [index, part] of before.entries()) {
    const other = after[index];
    if (other === undefined) return 1;
    if (part === other) continue;
    if (typeof part !== typeof other) return typeof part === 'bigint' ? -1 : 1;
    return part > other ? 1 : -1;
  }
  return sign(before.length - after.length);
}

function sign(number: number): -1 | 0 | 1 {
  return number > 0 ? 1 : number < 0 ? -1 : 0;
}

function semver(text: string): Version {
  const version = versionOf(text);
  if (!version) throw new Error(`${JSON.stringify(text)} is no semantic version`);
  return version;
}

export function registerVersions(environment: Environment): void {
  environment
    .registerType('Semver', { ctor: Version, fields: {} })
    .registerOperator('Semver == Semver', (a: Version, b: Version) => compare(a, b) === 0)
    .registerFunction('semver(string): Semver', semver)
    .registerFunction('semver(string, bool): Semver', (text: string, normalize: boolean) =>
      semver(normalize ? normalized(text) : text),
    )
    .registerFunction('isSemver(string): bool', (text: string) => versionOf(text) !== undefined)
    .registerFunction(
      'isSemver(string, bool): bool',
      (text: string, normalize: boolean) => versionOf(normalize ? normalized(text) : text) !== undefined,
    )
    .registerFunction('Semver.isGreaterThan(Semver): bool', (a: Version, b: Version) => compare(a, b) > 0)
    .registerFunction('Semver.isLessThan(Semver): bool', (a: Version, b: Version) => compare(a, b) < 0)
    .registerFunction('Semver.compareTo(Semver): int', (a: Version, b: Version) => BigInt(compare(a, b)));
  for (const [index, name] of ['major', 'minor', 'patch'].entries()) {
    environment.registerFunction(`Semver.${name}(): int`, ({ core }: Version) => core[index]!);
  }
}
