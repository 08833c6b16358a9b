import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { widget } from '../../test/fields/kinds.ts';
import { apply, LATE, object, owners, schema, tryApply, write } from '../../test/fields/widgets.ts';
import type { JsonObject, KubernetesObject } from '../objects/index.ts';
import { formatPath, ManagerSet, toFieldSet, valueAt } from './index.ts';

/** The paths of what an object holds. */
function fieldsIn({
  metadata: { managedFields: _, ...metadata },
  ...rest
}: KubernetesObject): readonly string[] {
  const fields = toFieldSet({ ...rest, metadata } as unknown as JsonObject, schema);
  return fields.leaves().paths().map(formatPath).sort();
}

describe('any sequence of requests', () => {
  const content = widget('example.dev').partial;
  const step = fc.record({
    type: fc.constantFrom('apply', 'update'),
    manager: fc.constantFrom('a', 'b', 'c'),
    force: fc.boolean(),
    content,
  });
  const run = (
    steps: readonly {
      readonly type: string;
      readonly manager: string;
      readonly force: boolean;
      readonly content: JsonObject;
    }[],
  ): KubernetesObject | undefined => {
    let live: KubernetesObject | undefined;
    for (const { type, manager, force, content: value } of steps) {
      if (type === 'update')
        live = write(
          manager,
          { ...object(value), metadata: { ...object(value).metadata, uid: 'u' } } as KubernetesObject,
          { live },
        );
      else {
        const result = tryApply(manager, object(value), { live, force });
        if (result.conflicts === undefined) live = result.object;
      }
    }
    return live;
  };

  it('leaves no manager with a field that is not there', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (steps) => {
        const live = run(steps);
        for (const { fields } of ManagerSet.decode(live?.metadata.managedFields).all())
          for (const path of fields.paths())
            expect(valueAt(live as unknown as JsonObject, path, schema), formatPath(path)).toBeDefined();
      }),
    );
  });

  it('of one applier ends with what it applied last', () => {
    fc.assert(
      fc.property(content, content, (first, second) => {
        const after = apply('a', object(second), { live: apply('a', object(first)) });
        const alone = apply('a', object(second));
        expect(owners(after)).toEqual(owners(alone));
        expect(fieldsIn(after)).toEqual(fieldsIn(alone));
      }),
    );
  });

  it('followed by the same apply twice changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 4 }), content, (steps, value) => {
        const once = apply('z', object(value), { live: run(steps), force: true });
        expect(tryApply('z', object(value), { live: once, now: LATE })).toMatchObject({
          changed: false,
          object: once,
        });
      }),
    );
  });

  it('applied and then withdrawn leaves what was there before', () => {
    fc.assert(
      fc.property(content, content, (mine, theirs) => {
        const before = apply('theirs', object(theirs));
        const result = tryApply('mine', object(mine), { live: before });
        if (result.conflicts !== undefined) return;
        const after = apply('mine', object({}), { live: result.object });
        expect(owners(after)).toEqual(owners(before));
        const left = new Set(fieldsIn(after));
        expect(fieldsIn(before).filter((path) => !left.has(path))).toEqual([]);
      }),
    );
  });
});
