/** One walk of a construct tree: every validation once, every API object once, whatever their number. */
import type { IConstruct } from 'constructs';
import type { KubernetesObject, SourceLocation } from '../../objects/index.ts';
import type {
  Collected,
  CollectedApplication,
  CollectedEnvironment,
  CollectedException,
  CollectedObject,
  Place,
  Problem,
} from './collected.ts';
import { contentOf } from './content.ts';
import { type Declared, resolveDependencies, type Span } from './dependencies.ts';
import { isJson, isUnrenderable, valueProblems } from './json-values.ts';
import {
  type ApiObjectLike,
  type ApplicationMark,
  applicationMark,
  type EnvironmentMark,
  environmentMark,
  isApiObject,
  isChart,
  problemMarks,
  projectMark,
} from './marks.ts';
import { describeOverride, Overrides, overrideProblem } from './overrides.ts';
import { carryOutPolicies, exceptionMarks, isOwn, type PolicyMark, policiesMark } from './policies.ts';
import type { SourceOf } from './source-recorder.ts';

/** The environment of charts that stand in none: those of a plain cdk8s program. */
export const DEFAULT_ENVIRONMENT = 'default';

export interface CollectOptions {
  /** Finds where a construct was made; without it nothing has a source. */
  readonly sourceOf?: SourceOf;
  /** Told of each object while the walk goes on, and whether a policy of the program is going to look at it. */
  readonly onObject?: (object: CollectedObject, isNeeded: boolean) => void;
}

/** Walks the tree below (and with) the root. Nothing is thrown for what is wrong in the program: it is listed. */
export function collect(root: IConstruct, options: CollectOptions = {}): Collected {
  const walk = new Walk(options, root);
  walk.visit(root, '', { environment: undefined, application: undefined });
  return walk.finish();
}

interface EnvironmentBuilder {
  readonly mark: EnvironmentMark;
  readonly declared: boolean;
  readonly constructPath: string;
  readonly source: SourceLocation | undefined;
  readonly policies: readonly PolicyMark[];
  readonly exceptions: CollectedException[];
  readonly overrides: Overrides;
}

interface ApplicationBuilder {
  readonly name: string;
  readonly environment: EnvironmentBuilder;
  readonly mark: ApplicationMark;
  readonly constructPath: string;
  readonly source: SourceLocation | undefined;
  readonly objects: CollectedObject[];
  /** Its content is known, and was not made. */
  readonly isKept: boolean;
}

interface Position {
  readonly environment: EnvironmentBuilder | undefined;
  /** Index into the walk's applications. */
  readonly application: number | undefined;
}

class Walk {
  private readonly sourceOf: SourceOf;
  private readonly onObject: NonNullable<CollectOptions['onObject']>;
  private readonly project: string | undefined;
  private readonly environments: EnvironmentBuilder[] = [];
  private readonly applications: ApplicationBuilder[] = [];
  private readonly problems: Problem[] = [];
  private readonly spans = new Map<IConstruct, Span>();
  private readonly declared: Declared[] = [];
  private readonly policies: readonly PolicyMark[];
  /** For all environments. */
  private readonly exceptions: CollectedException[] = [];
  private plain: EnvironmentBuilder | undefined;

  constructor({ sourceOf, onObject }: CollectOptions, root: IConstruct) {
    this.sourceOf = sourceOf ?? (() => undefined);
    this.onObject = onObject ?? (() => undefined);
    this.project = projectMark(root);
    this.policies = policiesMark(root);
  }

  visit(construct: IConstruct, path: string, above: Position): void {
    const here = this.enter(construct, path, above);
    const application = here.application === undefined ? undefined : this.applications[here.application];
    const objects = application?.objects;
    const firstObject = here.application === above.application ? (objects?.length ?? 0) : 0;
    const firstApplication = here.application ?? this.applications.length;
    // An application with content of its own stands in the tree twice: outside, and in it.
    const content = contentOf(construct)?.root;
    const both = content ? [construct, content] : [construct];
    for (const one of both) {
      this.validate(one, path);
      for (const exception of exceptionMarks(one)) {
        const place = here.environment?.exceptions ?? this.exceptions;
        place.push(this.placed({ ...exception, constructPath: path }, construct));
      }
    }
    if (application && isApiObject(construct)) this.addObject(construct, path, application);
    for (const child of (content ?? construct).node.children) {
      this.visit(child, path === '' ? child.node.id : `${path}/${child.node.id}`, here);
    }
    const span: Span = {
      application: here.application,
      objects: [firstObject, objects?.length ?? 0],
      applications: [
        firstApplication,
        here.application === undefined ? this.applications.length : firstApplication + 1,
      ],
    };
    for (const one of both) {
      this.spans.set(one, span);
      const targets = one.node.dependencies;
      if (targets.length > 0) this.declared.push({ construct: one, targets, path });
    }
  }

  finish(): Collected {
    const { dependsOn, edges, problems } = resolveDependencies(
      this.declared,
      this.spans,
      this.applications.map((application) => ({
        name: application.name,
        environment: application.environment.mark.name,
      })),
    );
    for (const { construct, problem } of problems) this.problems.push(this.placed(problem, construct));
    this.reportUnused();
    const environments = this.environments.map((environment): CollectedEnvironment => {
      const { mark, declared, constructPath, source } = environment;
      const exceptions = [...this.exceptions, ...environment.exceptions];
      const applications = this.applicationsOf(environment, dependsOn, edges);
      const judged = carryOutPolicies(this.policies, environment.policies, {
        environment: mark.name,
        applications,
      });
      for (const problem of judged.problems) {
        this.problems.push({ ...problem, constructPath, ...(source && { source }) });
      }
      return {
        name: mark.name,
        declared,
        ...(this.project !== undefined && { project: this.project }),
        ...(mark.branch !== undefined && { branch: mark.branch }),
        cluster: mark.cluster,
        promotesFrom: mark.promotesFrom,
        ...(mark.gates && { gates: mark.gates }),
        ...(mark.previews && { previews: mark.previews }),
        ...(mark.notifications && { notifications: mark.notifications }),
        ...(mark.kubernetesVersion !== undefined && { kubernetesVersion: mark.kubernetesVersion }),
        ...(mark.refuseUnknownKinds && { refuseUnknownKinds: true }),
        ...(mark.health && { health: mark.health }),
        ...(mark.onFailure !== undefined && { onFailure: mark.onFailure }),
        ...(mark.deleteLimits && { deleteLimits: mark.deleteLimits }),
        constructPath,
        ...(source && { source }),
        ...(judged.policies.length > 0 && { policies: judged.policies, findings: judged.findings }),
        ...(exceptions.length > 0 && { exceptions }),
        applications,
      };
    });
    return { environments, problems: this.problems };
  }

  private applicationsOf(
    environment: EnvironmentBuilder,
    dependsOn: readonly ReadonlySet<string>[],
    edges: readonly CollectedApplication['edges'][],
  ): readonly CollectedApplication[] {
    return this.applications.flatMap((application, index) =>
      application.environment !== environment
        ? []
        : [
            {
              name: application.name,
              settings: application.mark.settings,
              ...(application.mark.health && { health: application.mark.health }),
              ...(application.mark.onFailure !== undefined && { onFailure: application.mark.onFailure }),
              ...(application.mark.deleteLimits && { deleteLimits: application.mark.deleteLimits }),
              ...(application.mark.notifications && { notifications: application.mark.notifications }),
              ...(application.mark.owners && { owners: application.mark.owners }),
              ...(application.mark.links && { links: application.mark.links }),
              dependsOn: [...(dependsOn[index] ?? [])],
              objects: application.objects,
              ...(application.isKept && { isKept: true }),
              edges: edges[index] ?? [],
              constructPath: application.constructPath,
              ...(application.source && { source: application.source }),
            },
          ],
    );
  }

  /** Where one is when one has gone into the construct. */
  private enter(construct: IConstruct, path: string, above: Position): Position {
    const environment = environmentMark(construct);
    if (environment) {
      if (above.environment || above.application !== undefined) {
        this.problem(construct, path, {
          code: 'NESTED_ENVIRONMENT',
          message: `environment ${environment.name} stands inside another environment or application`,
          hint: 'Make it a child of the App.',
        });
        return above;
      }
      return { environment: this.addEnvironment(construct, path, environment, true), application: undefined };
    }
    if (!isChart(construct)) return above;
    const mark = applicationMark(construct);
    if (above.application === undefined) {
      const within = above.environment ?? this.plainEnvironment();
      this.applications.push({
        name: mark ? construct.node.id : chartName(path, within),
        environment: within,
        mark: mark ?? { settings: {} },
        constructPath: path,
        source: this.sourceOf(construct),
        objects: [],
        isKept: isKept(construct),
      });
      return { environment: within, application: this.applications.length - 1 };
    }
    if (mark) {
      this.problem(construct, path, {
        code: 'NESTED_APPLICATION',
        message: `application ${construct.node.id} stands inside application ${this.applications[above.application]?.name}`,
        hint: 'Make it a child of the Environment; say what it needs with addDependency.',
      });
    }
    return above;
  }

  private addEnvironment(
    construct: IConstruct | undefined,
    constructPath: string,
    mark: EnvironmentMark,
    declared: boolean,
  ): EnvironmentBuilder {
    const source = construct && this.sourceOf(construct);
    const policies = construct ? policiesMark(construct) : [];
    const overrides = new Overrides(
      (mark.overrides ?? []).filter((override) => {
        const problem = overrideProblem(override);
        if (problem === undefined) return true;
        this.problems.push({
          code: 'INVALID_OVERRIDE',
          message: `environment ${mark.name} overrides ${override.path}, ${problem}`,
          hint: 'Name a field by a JSON pointer, and give it a value that JSON can hold.',
          constructPath,
          ...(source && { source }),
        });
        return false;
      }),
    );
    const environment = { mark, declared, constructPath, source, policies, exceptions: [], overrides };
    this.environments.push(environment);
    return environment;
  }

  private plainEnvironment(): EnvironmentBuilder {
    this.plain ??= this.addEnvironment(
      undefined,
      '',
      { name: DEFAULT_ENVIRONMENT, cluster: {}, promotesFrom: [] },
      false,
    );
    return this.plain;
  }

  private validate(construct: IConstruct, path: string): void {
    for (const problem of problemMarks(construct)) this.problem(construct, path, problem);
    let messages: readonly string[];
    try {
      messages = construct.node.validate();
    } catch (error) {
      messages = [messageOf(error)];
    }
    for (const message of messages) {
      this.problem(construct, path, {
        code: 'VALIDATION_FAILED',
        message: `${path}: ${message}`,
        hint: 'The construct, or the library that it is of, asks for it.',
      });
    }
  }

  private addObject(construct: ApiObjectLike, path: string, application: ApplicationBuilder): void {
    const source = this.sourceOf(construct);
    const props = propsOf(construct);
    // cdk8s would go round such a value until the stack is full, which takes seconds, or render half of it.
    if (isUnrenderable(props) && this.valueProblems(construct, path, props) > 0) return;
    let object: unknown;
    try {
      object = construct.toJson();
    } catch (error) {
      this.unrenderable(construct, path, error);
      return;
    }
    const changed = application.environment.overrides.apply(object, application.name);
    object = changed.object;
    if (isJson(object)) {
      // JSON, and an object since ApiObject.toJson makes one; its envelope is checked when it is assembled.
      const collected = {
        object: object as KubernetesObject,
        constructPath: path,
        ...(source && { source }),
        ...(changed.overridden.length > 0 && { overridden: changed.overridden }),
      };
      application.objects.push(collected);
      this.onObject(collected, [...this.policies, ...application.environment.policies].some(isOwn));
      return;
    }
    this.valueProblems(construct, path, object);
  }

  private reportUnused(): void {
    for (const { mark, constructPath, source, overrides } of this.environments) {
      for (const override of overrides.unused()) {
        this.problems.push({
          code: 'OVERRIDE_UNUSED',
          message: `environment ${mark.name} overrides ${describeOverride(override)}, and there is none`,
          hint: 'Correct the path, kind, name or application, or remove the override.',
          constructPath,
          ...(source && { source }),
        });
      }
    }
  }

  private unrenderable(construct: ApiObjectLike, path: string, error: unknown): void {
    if (this.valueProblems(construct, path, propsOf(construct)) > 0) return;
    this.problem(construct, path, {
      code: 'RENDER_FAILED',
      message: `${path}: ${messageOf(error)}`,
      hint: 'Look at what is made only now: a Lazy, a token, or a patch of this construct.',
    });
  }

  private valueProblems(construct: IConstruct, path: string, value: unknown): number {
    const found = valueProblems(value);
    for (const { path: field, problem } of found) {
      this.problem(construct, path, {
        code: 'INVALID_VALUE',
        message: `${path}: ${field} ${problem}`,
        hint: 'Kubernetes objects hold strings, finite numbers, booleans, lists and maps of these.',
      });
    }
    return found.length;
  }

  private problem(construct: IConstruct, constructPath: string, problem: Problem): void {
    this.problems.push(this.placed({ ...problem, constructPath }, construct));
  }

  /** Adds where the construct was made, or the nearest above it of which that is known. */
  private placed<T extends Place>(problem: T, construct?: IConstruct): T {
    for (let at = construct; at; at = at.node.scope) {
      const source = this.sourceOf(at);
      if (source) return { ...problem, source };
    }
    return problem;
  }
}

function isKept(construct: IConstruct): boolean {
  const content = contentOf(construct);
  return content !== undefined && content.root === undefined;
}

/** The application that a plain chart becomes: its path below the environment, as a DNS label. */
function chartName(path: string, environment: EnvironmentBuilder): string {
  const below = environment.declared ? path.slice(environment.constructPath.length + 1) : path;
  const label = below
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return label === '' ? 'app' : label;
}

/** What the object was made of, which cdk8s keeps: there the place of an offending value can be found. */
function propsOf(construct: ApiObjectLike): unknown {
  return (construct as { readonly props?: unknown }).props;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
