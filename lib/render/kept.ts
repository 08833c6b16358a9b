/** Applications whose content is known from a former run, and need not be looked at again: which ones that are, when
 * others have changed. */
import { joinGroupKind } from '../health/expressions/index.ts';
import {
  type DependencyEdge,
  type Digest,
  digestOf,
  formatKey,
  type RenderedApplication,
  type RenderedObject,
  TruekeelError,
} from '../objects/index.ts';
import { isEnvelope } from './object.ts';
import type { CollectedApplication, CollectedEnvironment } from './tree/index.ts';

/** What was found out about an application when it was assembled, without an error anywhere. */
export interface ApplicationFacts {
  /** What decided it beside its own content. */
  readonly context: string;
  /** Of its objects, formatted. */
  readonly keys: readonly string[];
  /** Of its objects, such as `Deployment.apps`. */
  readonly kinds: readonly string[];
  /** In which its objects are; the empty one holds what is cluster-scoped. */
  readonly namespaces: readonly string[];
  /** In which it was looked for what its objects refer to. */
  readonly reach: readonly string[];
  readonly edges: readonly DependencyEdge[];
  readonly warnings: readonly TruekeelError[];
  readonly output: NonNullable<RenderedApplication['output']>;
}

/** What the process of the program handed over. */
export type ApplicationContent = Pick<CollectedApplication, 'objects' | 'edges'>;

export interface KeptApplication extends ApplicationFacts {
  /** @throws ContentLostError */
  load(): ApplicationContent;
}

/** What is kept of a program. */
export interface KeptApplications {
  /** By name; also those that were made anew, or are no longer there. */
  of(environment: string): ReadonlyMap<string, KeptApplication>;
  /** Told of each application that was assembled, when nothing is wrong in the program. */
  assembled(
    environment: string,
    application: string,
    content: ApplicationContent,
    facts: ApplicationFacts,
  ): void;
}

/** What was kept is no longer there: the program has to be run without it. */
export class ContentLostError extends TruekeelError {
  constructor(what: string) {
    super(`${what} is no longer kept`, { code: 'CONTENT_LOST', hint: 'Run it again with --no-cache.' });
  }
}

export interface Unchanged {
  readonly application: CollectedApplication;
  readonly kept: KeptApplication;
}

const DEFINITION = joinGroupKind('apiextensions.k8s.io', 'CustomResourceDefinition');

/** Tells applications of an environment whose objects have to be looked at from those of which all is known: they are as
 * they were, and so is everything that anything in them was compared with. */
export class Division {
  /** Made in this run, or needed to judge others: with their content. */
  readonly first: readonly CollectedApplication[];
  readonly #environment: CollectedEnvironment;
  readonly #known: ReadonlyMap<string, KeptApplication>;
  readonly #rest: readonly CollectedApplication[];

  /** @param isAsked whether somebody judges all objects, by policies
   * @throws ContentLostError */
  constructor(
    environment: CollectedEnvironment,
    known: ReadonlyMap<string, KeptApplication>,
    { isAsked }: { readonly isAsked: boolean },
  ) {
    this.#environment = environment;
    this.#known = known;
    // Definitions decide about objects of others.
    const isFirst = ({ name, isKept }: CollectedApplication) =>
      !isKept || isAsked || known.get(name)?.kinds.includes(DEFINITION) !== false;
    const { applications } = environment;
    this.first = applications.filter(isFirst).map((one) => (one.isKept ? this.#load(one) : one));
    this.#rest = applications.filter((one) => !isFirst(one));
  }

  /** What decides about objects beside them and those that they refer to.
   * @param settings for all of them */
  context(settings: readonly unknown[]): string {
    const definitions = this.first
      .flatMap(({ objects }) => objects)
      .filter(({ object }) => isEnvelope(object) && object.kind === 'CustomResourceDefinition')
      .map(({ object }) => digestOf(JSON.stringify(object)));
    return JSON.stringify([settings, definitions.sort()]);
  }

  /** Divides the others.
   * @param rendered what has become of the first
   * @throws ContentLostError */
  others(
    context: string,
    rendered: readonly RenderedApplication[],
  ): { readonly loaded: readonly CollectedApplication[]; readonly unchanged: readonly Unchanged[] } {
    const touched = this.#touchedNamespaces(rendered);
    const taken = new Set(rendered.flatMap(({ objects }) => objects.map(({ key }) => formatKey(key))));
    const loaded: CollectedApplication[] = [];
    const unchanged: Unchanged[] = [];
    for (const application of this.#rest) {
      const kept = this.#known.get(application.name);
      const isUnchanged =
        kept?.context === context &&
        !kept.reach.some((namespace) => touched.has(namespace)) &&
        !kept.keys.some((key) => taken.has(key));
      if (isUnchanged) unchanged.push({ application, kept });
      else loaded.push(this.#load(application));
    }
    return { loaded, unchanged };
  }

  /** Where something may have been added, changed or removed. */
  #touchedNamespaces(rendered: readonly RenderedApplication[]): ReadonlySet<string> {
    const same = new Set(
      this.#environment.applications.filter(({ isKept }) => isKept).map(({ name }) => name),
    );
    const before = [...this.#known]
      .filter(([name]) => !same.has(name))
      .flatMap(([, kept]) => kept.namespaces);
    const now = rendered.filter(({ name }) => !same.has(name)).flatMap(namespacesOf);
    return new Set([...before, ...now]);
  }

  #load(application: CollectedApplication): CollectedApplication {
    const kept = this.#known.get(application.name);
    if (!kept) throw new ContentLostError(`${this.#environment.name}/${application.name}`);
    return { ...application, ...kept.load() };
  }
}

function namespacesOf({ objects }: RenderedApplication): readonly string[] {
  return [...new Set(objects.map(({ key }) => key.namespace))];
}

/** What is to be kept of an application that was looked at. */
export function factsOf(
  application: RenderedApplication,
  context: string,
  reach: ReadonlySet<string>,
  warnings: readonly TruekeelError[],
): ApplicationFacts {
  const { objects, edges } = application;
  return {
    context,
    keys: objects.map(({ key }) => formatKey(key)),
    kinds: [...kindsOf(objects)],
    namespaces: namespacesOf(application),
    reach: [...reach],
    edges,
    warnings,
    output: outputOf(objects),
  };
}

export function kindsOf(objects: readonly RenderedObject[]): ReadonlySet<string> {
  return new Set(objects.map(({ key }) => joinGroupKind(key.group, key.kind)));
}

function outputOf(objects: readonly RenderedObject[]): ApplicationFacts['output'] {
  return {
    digest: textDigest(objects),
    objects: objects.length,
    isOverridden: objects.some(({ overridden }) => overridden !== undefined),
  };
}

function textDigest(objects: readonly RenderedObject[]): Digest {
  return digestOf(objects.map(({ digest }) => digest).join('\n'));
}
