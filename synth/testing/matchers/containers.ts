/** Matchers over what objects will run. All containers are looked at, init containers too. */
import { counted, type JsonValue, parseQuantity } from '../../../lib/objects/index.ts';
import { containersOf, type FoundContainer, type ResourceFields } from '../containers.ts';
import { listObjects, withNearest } from '../describe.ts';
import { type Comparison, compare, isMatch } from '../partial.ts';
import { objectsOf } from '../subject.ts';
import { type MatcherContext, paintOf, type Verdict } from './verdict.ts';

/** As whom, and how much confined. What is absent is not looked at. */
export interface ExpectedUser {
  readonly user?: number;
  readonly group?: number;
  /** Kubernetes refuses to start it as root. */
  readonly nonRoot?: boolean;
  readonly readOnlyRoot?: boolean;
  readonly privileged?: boolean;
  readonly privilegeEscalation?: boolean;
  /** Those that are given up, such as `ALL`. */
  readonly dropped?: readonly string[];
  readonly serviceAccount?: string;
}

export function toRunAs(this: MatcherContext, subject: unknown, expected: ExpectedUser): Verdict {
  return everyContainer(this, subject, 'run as expected', (container) =>
    compare({ ...expected }, userOf(container)),
  );
}

/** With the defaults that Kubernetes has (core/v1 SecurityContext), a container's own fields before the pod's. */
function userOf(container: FoundContainer): JsonValue {
  const { securityContext: own, podSecurityContext: pod, serviceAccount } = container;
  const user = own.runAsUser ?? pod.runAsUser;
  const group = own.runAsGroup ?? pod.runAsGroup;
  return {
    ...(user !== undefined && { user }),
    ...(group !== undefined && { group }),
    nonRoot: own.runAsNonRoot ?? pod.runAsNonRoot ?? false,
    readOnlyRoot: own.readOnlyRootFilesystem ?? false,
    privileged: own.privileged ?? false,
    privilegeEscalation: own.allowPrivilegeEscalation ?? true,
    dropped: own.capabilities?.drop ?? [],
    serviceAccount,
  };
}

export function toHaveResources(
  this: MatcherContext,
  subject: unknown,
  expected: ResourceFields = { requests: {}, limits: {} },
): Verdict {
  return everyContainer(this, subject, 'have these resources', ({ resources }) =>
    compareResources(expected, resources),
  );
}

/** Equal quantities may be written differently: `0.1` and `100m`. */
function compareResources(expected: ResourceFields, found: ResourceFields = {}): Comparison {
  const adjusted = (side: 'requests' | 'limits') => {
    const values = found[side];
    return (
      values && {
        [side]: Object.fromEntries(
          Object.entries(values).map(([name, value]) => {
            const wanted = expected[side]?.[name];
            return [name, wanted !== undefined && isSameQuantity(wanted, value) ? wanted : value];
          }),
        ),
      }
    );
  };
  return compare(expected, { ...adjusted('requests'), ...adjusted('limits') });
}

function isSameQuantity(a: string | number, b: string | number): boolean {
  const amount = parseQuantity(String(a));
  return amount !== undefined && amount === parseQuantity(String(b));
}

export function toHaveImage(this: MatcherContext, subject: unknown, expected: string | RegExp): Verdict {
  const objects = objectsOf(subject);
  const paint = paintOf(this);
  const containers = containersOf(objects);
  const right = containers.filter(({ image = '' }) =>
    typeof expected === 'string' ? image === expected : expected.test(image),
  );
  const listed = (found: readonly FoundContainer[]) =>
    [
      ...new Set(
        found.map(({ object, name, image }) =>
          `${image ?? '(no image)'}  ${paint.dim(name)}  `.concat(
            listObjects([object], paint).join('').trim(),
          ),
        ),
      ),
    ].map((line) => `  ${line}`);
  return {
    pass: right.length > 0,
    message: () =>
      right.length > 0
        ? [`expected no container with image ${String(expected)}, but found:`, '', ...listed(right)].join(
            '\n',
          )
        : containers.length === 0
          ? nothingRuns(objects.length)
          : [
              `expected a container with image ${String(expected)}; there are:`,
              '',
              ...listed(containers),
            ].join('\n'),
  };
}

function everyContainer(
  context: MatcherContext,
  subject: unknown,
  what: string,
  judge: (container: FoundContainer) => Comparison,
): Verdict {
  const objects = objectsOf(subject);
  const paint = paintOf(context);
  const judged = containersOf(objects).map((container) => ({ container, comparison: judge(container) }));
  const wrong = judged.filter(({ comparison }) => !isMatch(comparison));
  const [first] = wrong;
  if (first) {
    const others = wrong.length > 1 ? `, and ${wrong.length - 1} more do not` : '';
    const title = `expected every container to ${what}; ${first.container.name} does not${others}`;
    return {
      pass: false,
      message: () => withNearest(title, first.container.object, first.comparison, paint),
    };
  }
  if (judged.length === 0) return { pass: false, message: () => nothingRuns(objects.length) };
  const which = [...new Set(judged.map(({ container }) => container.object))];
  return {
    pass: true,
    message: () =>
      [`expected a container that does not ${what}; all do:`, '', ...listObjects(which, paint)].join('\n'),
  };
}

function nothingRuns(objects: number): string {
  return `expected something that runs containers, but there is none among ${counted(objects, 'object')}`;
}
