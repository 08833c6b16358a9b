/** Matchers that look for objects. */
import type { KubernetesObject, RenderedObject } from '../../../lib/objects/index.ts';
import { describeObject, listObjects, withNearest } from '../describe.ts';
import { type Comparison, compare, isMatch } from '../partial.ts';
import { objectsOf } from '../subject.ts';
import { type MatcherContext, paintOf, type Verdict } from './verdict.ts';

/** An object, or part of one. `name` and `namespace` are short for those of `metadata`. */
export interface ExpectedObject {
  readonly kind: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly apiVersion?: string;
  readonly [field: string]: unknown;
}

export function toHaveObject(this: MatcherContext, subject: unknown, expected: ExpectedObject): Verdict {
  return haveObject(this, subject, expected);
}

export function toHaveNoObject(this: MatcherContext, subject: unknown, expected: ExpectedObject): Verdict {
  const { pass, message } = haveObject(this, subject, expected);
  return { pass: !pass, message };
}

function haveObject(context: MatcherContext, subject: unknown, expected: ExpectedObject): Verdict {
  const objects = objectsOf(subject);
  const paint = paintOf(context);
  const whole = wholeOf(expected);
  const judged = objects
    .filter(({ key }) => key.kind === expected.kind)
    .map((object): Candidate => ({ object, comparison: compare(whole, object.object) }));
  const right = judged.filter(({ comparison }) => isMatch(comparison));
  if (right.length > 0) {
    return {
      pass: true,
      message: () =>
        [
          `expected no ${titleOf(expected)}${fieldsOf(expected)}, but found:`,
          '',
          ...listObjects(
            right.map(({ object }) => object),
            paint,
          ),
        ].join('\n'),
    };
  }
  return { pass: false, message: () => missing(expected, objects, judged, paint) };
}

interface Candidate {
  readonly object: RenderedObject;
  readonly comparison: Comparison;
}

function missing(
  expected: ExpectedObject,
  objects: readonly RenderedObject[],
  candidates: readonly Candidate[],
  paint: ReturnType<typeof paintOf>,
): string {
  const title = `expected a ${titleOf(expected)}${fieldsOf(expected)}`;
  const nearest = nearestOf(candidates, expected.name);
  if (nearest) return withNearest(`${title}; the nearest is`, nearest.object, nearest.comparison, paint);
  const kinds = Map.groupBy(objects, ({ key }) => key.kind);
  if (kinds.size === 0) return `${title}, but there are no objects`;
  const counted = [...kinds].map(([kind, { length }]) => (length === 1 ? kind : `${length} ${kind}`)).sort();
  const [only] = objects;
  if (objects.length === 1 && only) return `${title}, but it is ${describeObject(only, paint)}`;
  return `${title}, but there is none of that kind among: ${counted.join(', ')}`;
}

/** The one of the same name, else the one that has most of what was expected. */
function nearestOf(candidates: readonly Candidate[], name: string | undefined): Candidate | undefined {
  const weight = ({ object, comparison }: Candidate) =>
    (object.key.name === name ? 1 : 0) + comparison.same / (comparison.all + 1);
  return candidates.reduce<Candidate | undefined>(
    (best, candidate) => (best && weight(best) >= weight(candidate) ? best : candidate),
    undefined,
  );
}

function wholeOf({ name, namespace, ...fields }: ExpectedObject): Readonly<Record<string, unknown>> {
  const short = {
    ...(name !== undefined && { name }),
    ...(namespace !== undefined && { namespace }),
  };
  if (Object.keys(short).length === 0) return fields;
  const metadata = fields.metadata as Partial<KubernetesObject['metadata']> | undefined;
  return { ...fields, metadata: { ...short, ...metadata } };
}

function titleOf({ kind, name, namespace }: ExpectedObject): string {
  if (name === undefined) return namespace === undefined ? kind : `${kind} in ${namespace}`;
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

function fieldsOf(expected: ExpectedObject): string {
  const { kind, name, namespace, ...fields } = expected;
  void [kind, name, namespace];
  const names = Object.keys(fields);
  return names.length === 0 ? '' : ` with ${names.join(', ')} as given`;
}
