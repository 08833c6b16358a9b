import fc from 'fast-check';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../objects/index.ts';
import { generateChartValues } from './chart-values.ts';

const chart = (defaults: JsonObject, schema?: JsonObject) =>
  generateChartValues({
    name: 'redis',
    version: '1.2.3',
    defaults,
    ...(schema && { schema }),
    dependencies: ['sub'],
  });

describe('the type of the values of a chart', () => {
  it('has what the values have, and what the schema says of them', () => {
    const text = chart(
      { replicas: 3, image: { tag: '', 'pull-policy': 'Always' }, list: [], map: {}, none: null, on: true },
      {
        definitions: { port: { type: 'integer', description: 'A port. */ @x' } },
        properties: {
          mode: { enum: ['a', "b'c", null] },
          list: { type: 'array', items: { type: 'array', items: { type: ['string', 'number'] } } },
          port: { $ref: '#/definitions/port' },
          loop: { $ref: '#/properties/loop' },
          lost: { $ref: '#/nowhere' },
          either: { oneOf: [] },
          image: { additionalProperties: false, properties: { tag: { type: 'string' } } },
        },
      },
    );
    expect(text).toBe(`// The values of the chart redis 1.2.3, by truekeel import helm: do not edit.

/** What can be given to the chart redis; null takes a default away. */
export interface RedisValues {
  readonly either?: unknown;

  readonly global?: {
    readonly [name: string]: unknown;
  } | null;

  readonly image?: {
    /** @default Always */
    readonly 'pull-policy'?: string | null;

    /** @default */
    readonly tag?: string | null;
  } | null;

  /** @default [] */
  readonly list?: readonly (readonly (string | number)[])[] | null;

  readonly loop?: unknown;

  readonly lost?: unknown;

  readonly map?: {
    readonly [name: string]: unknown;
  } | null;

  readonly mode?: 'a' | "b'c" | null;

  readonly none?: unknown;

  /** @default true */
  readonly on?: boolean | null;

  /** A port. *\\/ \\@x */
  readonly port?: number | null;

  /** @default 3 */
  readonly replicas?: number | string | null;

  readonly sub?: {
    readonly [name: string]: unknown;
  } | null;
}
`);
  });

  it('is TypeScript, whatever a chart has', () => {
    const values = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })) as fc.Arbitrary<JsonObject>;
    const schema = fc.record({
      properties: fc.dictionary(
        fc.string(),
        fc.record(
          {
            type: fc.constantFrom('object', 'array', 'string', 'odd'),
            description: fc.string(),
            properties: values,
          },
          { requiredKeys: [] },
        ),
      ),
    });
    fc.assert(
      fc.property(values, schema, (defaults, one) => {
        const text = chart(defaults, one as unknown as JsonObject);
        const { errors, program } = parseSync('values.ts', text);
        expect(errors).toEqual([]);
        expect(program.body).toHaveLength(1);
      }),
    );
  });
});
