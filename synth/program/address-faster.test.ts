import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AddressModule, addressFaster, fasterAddressOf } from './address-faster.ts';

const require = createRequire(import.meta.url);
const DIRECTORY = dirname(createRequire(require.resolve('cdk8s')).resolve('constructs'));
const FILE = join(DIRECTORY, 'private', 'uniqueid.js');
const { addressOf }: AddressModule = require(FILE);

describe('the faster address of a construct', () => {
  it('is that of constructs', () => {
    const faster = fasterAddressOf(addressOf);
    const component = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constant('Default'));
    fc.assert(
      fc.property(fc.array(component, { maxLength: 5 }), (components) => {
        expect(faster(components)).toBe(addressOf(components));
      }),
      { numRuns: 300 },
    );
  });

  it('is so for paths of any length', () => {
    const unasked = () => {
      throw new Error('was asked');
    };
    for (let length = 0; length < 300; length += 1) {
      const components = ['x'.repeat(length)];
      expect(fasterAddressOf(unasked)(components)).toBe(addressOf(components));
    }
  });

  it('takes the place of the one that it knows, and of no other', () => {
    const replaced = (module: AddressModule) => {
      const before = module.addressOf;
      addressFaster(DIRECTORY, { [FILE]: { exports: module } as NodeJS.Module });
      return module.addressOf !== before;
    };
    expect(replaced({ addressOf })).toBe(true);
    expect(replaced({ addressOf: () => 'c8' })).toBe(false);
  });
});
