/** Amounts of what pods use, as Kubernetes writes them. */
import type { Size } from 'cdk8s';

/** An amount of processor time. */
export class Cpu {
  /**
   * Thousandths of a core.
   *
   * @param millis A whole number, zero or more.
   */
  public static millis(millis: number): Cpu {
    return new Cpu(millis);
  }

  /**
   * Cores.
   *
   * @param cores Zero or more, to a thousandth.
   */
  public static cores(cores: number): Cpu {
    return new Cpu(cores * 1000);
  }

  /** Thousandths of a core. */
  public readonly milliCores: number;

  private constructor(milliCores: number) {
    const whole = Math.round(milliCores);
    if (!(milliCores >= 0) || Math.abs(milliCores - whole) > 1e-6) {
      throw new RangeError(`${milliCores / 1000} cores: an amount of CPU is zero or more, to a thousandth`);
    }
    this.milliCores = whole;
  }

  /**
   * As Kubernetes writes it: `250m`, `2`.
   *
   * @internal
   */
  public _quantity(): string {
    return this.milliCores % 1000 === 0 ? String(this.milliCores / 1000) : `${this.milliCores}m`;
  }
}

/** An amount of processor time and of memory, or of one of them. */
export interface ComputeAmount {
  /**
   * Processor time.
   *
   * @default - nothing is said about it
   */
  readonly cpu?: Cpu;

  /**
   * Memory.
   *
   * @default - nothing is said about it
   */
  readonly memory?: Size;
}

/** As Kubernetes writes them: `{ cpu: '250m', memory: '64Mi' }`. */
export function computeQuantities(
  amount: ComputeAmount | undefined,
): { readonly cpu?: string; readonly memory?: string } | undefined {
  if (!amount) return undefined;
  const { cpu, memory } = amount;
  return { ...(cpu && { cpu: cpu._quantity() }), ...(memory && { memory: bytesQuantity(memory) }) };
}

/** Whether some part of an amount is more than that of another. */
export function exceeds(amount: ComputeAmount | undefined, other: ComputeAmount | undefined): boolean {
  const isMore = (a: number | undefined, b: number | undefined) =>
    a !== undefined && b !== undefined && a > b;
  return (
    isMore(amount?.cpu?.milliCores, other?.cpu?.milliCores) ||
    isMore(amount?.memory?.toKibibytes(), other?.memory?.toKibibytes())
  );
}

/** As Kubernetes writes it: `64Mi`, in the largest unit that leaves a whole number. */
export function bytesQuantity(size: Size): string {
  let amount = size.toKibibytes();
  const units = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi'];
  while (units.length > 1 && amount !== 0 && amount % 1024 === 0) {
    amount /= 1024;
    units.shift();
  }
  return `${amount}${units[0]}`;
}
