/** Sequences of requests, as several managers of an object would make them. */
import fc from 'fast-check';
import type { JsonObject } from '../../lib/objects/index.ts';
import type { ComparedKind } from './kinds.ts';

interface Request {
  readonly manager: string;
  readonly content: JsonObject;
  /** Of the kind's versions. */
  readonly apiVersion: string;
  readonly subresource?: 'status';
}

interface Apply extends Request {
  readonly type: 'apply';
  readonly force: boolean;
}

export interface Update extends Request {
  readonly type: 'update';
  /** `change`: the live object with the content laid over it. `replace`: the content alone. `clear`: as
   * `change`, with managedFields that say to forget them. `client-side-apply`: as `change`, with the
   * annotation in which kubectl keeps what it applied. */
  readonly how: 'change' | 'replace' | 'clear' | 'client-side-apply';
}

export type Operation = Apply | Update;

export function operations(kind: ComparedKind): fc.Arbitrary<readonly Operation[]> {
  const apiVersion = fc.constantFrom(...kind.apiVersions);
  const apply = fc.record({
    type: fc.constant('apply' as const),
    manager: fc.constantFrom('one', 'two', 'three', 'kubectl'),
    force: fc.boolean(),
    content: kind.partial,
    apiVersion,
  });
  const update = fc.oneof(
    fc.record({
      type: fc.constant('update' as const),
      manager: fc.constantFrom('one', 'edit', 'controller'),
      how: fc.constantFrom('change' as const, 'change' as const, 'replace' as const, 'clear' as const),
      content: kind.partial,
      apiVersion,
    }),
    fc.record({
      type: fc.constant('update' as const),
      manager: fc.constant('kubectl-client-side-apply'),
      how: fc.constant('client-side-apply' as const),
      content: kind.partial,
      apiVersion,
    }),
  );
  return fc.array(
    fc.oneof(
      { weight: 4, arbitrary: apply },
      { weight: 3, arbitrary: update },
      ...(kind.kind === 'Widget' ? [{ weight: 1, arbitrary: onStatus(apiVersion) }] : []),
    ),
    { minLength: 1, maxLength: 8 },
  );
}

function onStatus(apiVersion: fc.Arbitrary<string>): fc.Arbitrary<Operation> {
  const status = fc.record({ phase: fc.constantFrom('a', 'b') }, { requiredKeys: [], noNullPrototype: true });
  return fc.oneof(
    fc.record({
      type: fc.constant('apply' as const),
      manager: fc.constantFrom('one', 'two'),
      force: fc.boolean(),
      subresource: fc.constant('status' as const),
      content: status.map((value) => ({ status: value, metadata: { labels: { s: 's' } } })),
      apiVersion,
    }),
    fc.record({
      type: fc.constant('update' as const),
      manager: fc.constantFrom('one', 'controller'),
      how: fc.constant('change' as const),
      subresource: fc.constant('status' as const),
      content: status.map((value) => ({ status: value })),
      apiVersion,
    }),
  );
}
