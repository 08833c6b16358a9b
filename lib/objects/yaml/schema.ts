/** What plain scalars mean. kubectl reads YAML with sigs.k8s.io/yaml, which follows go-yaml v2: a mixture of
 * YAML 1.1 and 1.2. The same text must mean the same here, or a plan would show what kubectl does not see.
 *
 * - `y`, `yes`, `on`, `true`, `n`, `no`, `off`, `false` (lower, capitalised, upper case) are booleans
 * - `0755`, `0o755`, `0x1ed`, `0b1`, `1_000` are integers; `08` is the float 8; `1:30` is a string
 * - dates stay strings; `~`, `null` and nothing are null; `.inf` and `.nan` are refused, as JSON has none
 * - an integer that a JavaScript number cannot hold exactly is refused rather than changed */
import { defineMappingTag, defineScalarTag, mergeTag, NOT_RESOLVED, Schema, seqTag, strTag } from 'js-yaml';

/** Thrown by a resolver; the parser adds the place. */
export class RefusedScalar extends Error {
  readonly text: string;

  constructor(text: string, why: string) {
    super(why);
    this.text = text;
  }
}

const TRUE = new Set(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']);
const FALSE = new Set(['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']);
const NULL = new Set(['', '~', 'null', 'Null', 'NULL']);
const NOT_FINITE = /^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const INTEGER = /^([-+]?)(?:0[oO]?([0-7]+)|(0[xX][0-9a-fA-F]+|0[bB][01]+|0|[1-9][0-9]*))$/;

const never = () => false;

const bool = defineScalarTag('tag:yaml.org,2002:bool', {
  implicit: true,
  implicitFirstChars: [...'yYnNtTfFoO'],
  resolve: (source) => (TRUE.has(source) ? true : FALSE.has(source) ? false : NOT_RESOLVED),
  identify: never,
});

const nothing = defineScalarTag('tag:yaml.org,2002:null', {
  implicit: true,
  implicitFirstChars: ['', '~', 'n', 'N'],
  resolve: (source) => (NULL.has(source) ? null : NOT_RESOLVED),
  identify: never,
});

const int = defineScalarTag<number>('tag:yaml.org,2002:int', {
  implicit: true,
  implicitFirstChars: [...'+-0123456789'],
  resolve: (source) => {
    const match = INTEGER.exec(source.replaceAll('_', ''));
    if (!match) return NOT_RESOLVED;
    const [, sign, octal, other = ''] = match;
    const magnitude = BigInt(octal === undefined ? other : `0o${octal}`);
    // What does not fit 64 bits is no integer to go-yaml; a decimal one becomes a float.
    if (magnitude > (sign === '-' ? 2n ** 63n : 2n ** 64n - 1n)) return NOT_RESOLVED;
    if (!isKept(magnitude)) {
      throw new RefusedScalar(
        source,
        'so large an integer cannot be kept exactly; put it in quotes if it is text',
      );
    }
    return sign === '-' && magnitude !== 0n ? -Number(magnitude) : Number(magnitude);
  },
  identify: never,
});

/** Whether a number of JavaScript stands for the integer: it is the same, or is written the same. */
function isKept(integer: bigint): boolean {
  const number = Number(integer);
  return BigInt(number) === integer || String(number) === String(integer);
}

const float = defineScalarTag<number>('tag:yaml.org,2002:float', {
  implicit: true,
  implicitFirstChars: [...'+-.0123456789'],
  resolve: (source) => {
    if (NOT_FINITE.test(source)) throw new RefusedScalar(source, 'JSON has no infinity and no NaN');
    // Behind a leading point go-yaml asks Go itself, which takes `_` between digits only.
    const wrong = source.startsWith('.') && /\._|__|_$|_[^0-9]/.test(source);
    const plain = wrong ? source : source.replaceAll('_', '');
    if (!FLOAT.test(plain)) return NOT_RESOLVED;
    const value = Number(plain);
    return Number.isFinite(value) ? value : NOT_RESOLVED;
  },
  identify: never,
});

/** Only for an explicit `!!timestamp`: dates stay strings either way. */
const timestamp = defineScalarTag<string>('tag:yaml.org,2002:timestamp', {
  resolve: (source) => source,
  identify: never,
});

type JsonMap = Record<string, unknown>;

/** Keys become strings as sigs.k8s.io/yaml makes them: `true`, `8080`, but never null or a collection. */
const map = defineMappingTag<JsonMap>('tag:yaml.org,2002:map', {
  create: () => ({}),
  addPair: (carrier, key, value) => {
    if (key === null || typeof key === 'object') {
      return `${key === null ? 'null' : 'a collection'} cannot be the key of an object`;
    }
    // `__proto__` shall be a field like any other.
    Object.defineProperty(carrier, String(key), {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
    return '';
  },
  has: (carrier, key) => Object.hasOwn(carrier, String(key)),
  keys: (result) => Object.keys(result),
  get: (result, key) => result[String(key)],
  identify: never,
});

export const KUBERNETES_SCHEMA = new Schema([
  strTag,
  seqTag,
  map,
  nothing,
  bool,
  int,
  float,
  timestamp,
  mergeTag,
]);
