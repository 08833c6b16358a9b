/** Kubernetes' quantity library. */
import type { Environment } from '@marcbachmann/cel-js';
import { parseQuantity } from '../../objects/index.ts';

const NANO = 1_000_000_000n;

class Quantity {
  readonly nano: bigint;

  constructor(nano: bigint) {
    this.nano = nano;
  }
}

function quantityOf(text: string): Quantity {
  const nano = parseQuantity(text);
  if (nano === undefined) throw new Error(`${JSON.stringify(text)} is not a quantity`);
  return new Quantity(nano);
}

const compare = (a: bigint, b: bigint): bigint => (a < b ? -1n : a > b ? 1n : 0n);
const nanoOf = (value: Quantity | bigint): bigint => (value instanceof Quantity ? value.nano : value * NANO);

export function registerQuantities(environment: Environment): void {
  environment
    .registerType('Quantity', { ctor: Quantity, fields: {} })
    .registerFunction('quantity(string): Quantity', quantityOf)
    .registerFunction('isQuantity(string): bool', (text: string) => parseQuantity(text) !== undefined)
    .registerFunction('Quantity.isLessThan(Quantity): bool', (a: Quantity, b: Quantity) => a.nano < b.nano)
    .registerFunction('Quantity.isGreaterThan(Quantity): bool', (a: Quantity, b: Quantity) => a.nano > b.nano)
    .registerFunction('Quantity.compareTo(Quantity): int', (a: Quantity, b: Quantity) =>
      compare(a.nano, b.nano),
    )
    .registerFunction('Quantity.isInteger(): bool', ({ nano }: Quantity) => nano % NANO === 0n)
    .registerFunction(
      'Quantity.asApproximateFloat(): double',
      ({ nano }: Quantity) => Number(nano) / Number(NANO),
    )
    .registerOperator('Quantity == Quantity', (a: Quantity, b: Quantity) => a.nano === b.nano)
    .registerFunction('Quantity.asInteger(): int', ({ nano }: Quantity) => nano / NANO)
    .registerFunction('Quantity.sign(): int', ({ nano }: Quantity) => compare(nano, 0n));
  for (const [name, operate] of [
    ['add', (a: bigint, b: bigint) => a + b],
    ['sub', (a: bigint, b: bigint) => a - b],
  ] as const) {
    for (const type of ['Quantity', 'int']) {
      environment.registerFunction(
        `Quantity.${name}(${type}): Quantity`,
        (a: Quantity, b: Quantity | bigint) => new Quantity(operate(a.nano, nanoOf(b))),
      );
    }
  }
}
