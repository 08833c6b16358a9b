/** Turns `node.addDependency` into edges between objects and between applications.
 *
 * Inside one application, every object of the construct waits for every object of the one it depends on. A
 * dependency that leads out of an application makes the whole application wait for the whole other one: what is
 * ready to be used from outside is the application, and the number of edges stays small. */
import type { IConstruct } from 'constructs';
import type { Problem } from './collected.ts';

/** What lies below a construct (itself included), as half-open ranges. */
export interface Span {
  /** The application it stands in; undefined for what stands above applications. */
  readonly application: number | undefined;
  /** Of the application's objects. */
  readonly objects: readonly [number, number];
  readonly applications: readonly [number, number];
}

/** The dependencies that a program declared for one construct. */
export interface Declared {
  readonly construct: IConstruct;
  readonly targets: readonly IConstruct[];
  readonly path: string;
}

export interface Dependencies {
  /** For each application, the names of those it waits for. */
  readonly dependsOn: readonly ReadonlySet<string>[];
  /** For each application, pairs of indexes into its objects: the first waits for the second. */
  readonly edges: readonly (readonly (readonly [number, number])[])[];
  readonly problems: readonly { readonly construct: IConstruct; readonly problem: Problem }[];
}

/** A dependency between constructs of more objects than this says something about applications. */
const MOST_EDGES = 10_000;

export function resolveDependencies(
  declared: readonly Declared[],
  spans: ReadonlyMap<IConstruct, Span>,
  applications: readonly { readonly name: string; readonly environment: string }[],
): Dependencies {
  const dependsOn = applications.map(() => new Set<string>());
  const edges = applications.map((): [number, number][] => []);
  const seen = applications.map(() => new Set<string>());
  const problems: { readonly construct: IConstruct; readonly problem: Problem }[] = [];
  const report = (from: Declared, problem: Problem) =>
    problems.push({ construct: from.construct, problem: { ...problem, constructPath: from.path } });

  for (const declaration of declared) {
    const from = spans.get(declaration.construct);
    if (!from) continue;
    for (const target of declaration.targets) {
      const to = spans.get(target);
      if (!to) {
        report(declaration, {
          code: 'DEPENDENCY_OUTSIDE',
          message: `${declaration.path} depends on ${target.node.path}, which is not in the same App`,
          hint: 'Depend on constructs of the same App.',
        });
      } else if (from.application !== undefined && from.application === to.application) {
        addEdges(from, to, from.application, declaration, target);
      } else {
        addOrder(from, to, declaration, target);
      }
    }
  }
  return { dependsOn, edges, problems };

  function addEdges(from: Span, to: Span, application: number, by: Declared, target: IConstruct): void {
    const count = (from.objects[1] - from.objects[0]) * (to.objects[1] - to.objects[0]);
    if (count > MOST_EDGES) {
      report(by, {
        code: 'DEPENDENCY_TOO_WIDE',
        message: `${by.path} depends on ${target.node.path}: that is ${count} pairs of objects`,
        hint: 'Make each an Application of its own and let one depend on the other.',
      });
      return;
    }
    for (let a = from.objects[0]; a < from.objects[1]; a++) {
      for (let b = to.objects[0]; b < to.objects[1]; b++) {
        if (a === b || seen[application]?.has(`${a} ${b}`)) continue;
        seen[application]?.add(`${a} ${b}`);
        edges[application]?.push([a, b]);
      }
    }
  }

  function addOrder(from: Span, to: Span, by: Declared, target: IConstruct): void {
    for (let a = from.applications[0]; a < from.applications[1]; a++) {
      for (let b = to.applications[0]; b < to.applications[1]; b++) {
        const waiting = applications[a];
        const awaited = applications[b];
        if (!waiting || !awaited || a === b) continue;
        if (waiting.environment === awaited.environment) {
          dependsOn[a]?.add(awaited.name);
          continue;
        }
        report(by, {
          code: 'DEPENDENCY_ACROSS_ENVIRONMENTS',
          message: `${by.path} (environment ${waiting.environment}) depends on ${target.node.path} (environment ${awaited.environment})`,
          hint: 'Order environments with promotesFrom; an application can wait for those of its own environment only.',
        });
      }
    }
  }
}
