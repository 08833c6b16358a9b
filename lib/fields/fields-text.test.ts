import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONFIG_MAP, DEPLOYMENT, SERVICE, WIDGET_SCHEMA, widget } from '../../test/fields/kinds.ts';
import { canonicalJson, type JsonValue } from '../objects/index.ts';
import {
  DEDUCED,
  fieldsText,
  printFieldsV1,
  type Schema,
  schemaFromStructural,
  toFieldSet,
  UNTYPED_ATOMIC,
} from './index.ts';

const schema = schemaFromStructural(WIDGET_SCHEMA);
const bySet = (value: JsonValue, of: Schema): string => canonicalJson(printFieldsV1(toFieldSet(value, of)));

describe('the text of fieldsV1', () => {
  it.each([CONFIG_MAP, SERVICE, DEPLOYMENT, widget('example.dev')])(
    'is what the printed field set gives, for a $kind',
    (kind) => {
      fc.assert(
        fc.property(kind.partial, (value) => {
          expect(fieldsText(value, kind.schema)).toBe(bySet(value, kind.schema));
        }),
      );
    },
  );

  it('is what the printed field set gives, for any value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(DEDUCED, UNTYPED_ATOMIC, schema), (value, of) => {
        expect(fieldsText(value as JsonValue, of)).toBe(bySet(value as JsonValue, of));
      }),
    );
  });

  it('has items with the same key as one, owned as a whole', () => {
    const ports = [{ port: 1, name: 'a' }, { port: 2 }, { port: 1, name: 'b' }, { port: 1 }];
    const text = fieldsText({ spec: { ports } }, schema);
    expect(text).toBe(bySet({ spec: { ports } }, schema));
    expect(text).not.toContain('f:name');
  });
});
