/** What a program makes, with ways to narrow it to what a test is about. */
import {
  formatKey,
  type RenderedApplication,
  type RenderedEnvironment,
  type RenderedObject,
  TruekeelError,
} from '../../lib/objects/index.ts';

export class Rendered {
  readonly environments: readonly RenderedEnvironment[];

  constructor(environments: readonly RenderedEnvironment[]) {
    this.environments = environments;
    for (const environment of environments) settle(environment);
  }

  /** Those of all environments. */
  get applications(): readonly RenderedApplication[] {
    return this.environments.flatMap(({ applications }) => applications);
  }

  /** Those of all applications. */
  get objects(): readonly RenderedObject[] {
    return this.applications.flatMap(({ objects }) => objects);
  }

  /** Only one environment.
   * @throws TruekeelError `NOT_IN_PROGRAM` when there is none of that name */
  environment(name: string): Rendered {
    const found = this.environments.filter((environment) => environment.name === name);
    if (found.length > 0) return new Rendered(found);
    throw notRendered(
      'environment',
      name,
      this.environments.map((environment) => environment.name),
    );
  }

  /** Only the application of a name, in each environment that has one.
   * @throws TruekeelError `NOT_IN_PROGRAM` when none has */
  application(name: string): Rendered {
    const found = this.environments.flatMap((environment) => {
      const applications = environment.applications.filter((application) => application.name === name);
      return applications.length > 0 ? [narrowed(environment, applications)] : [];
    });
    if (found.length > 0) return new Rendered(found);
    throw notRendered(
      'application',
      name,
      this.applications.map((application) => application.name),
    );
  }

  /** The one object of a kind and name.
   * @throws TruekeelError `NOT_IN_PROGRAM` when there is none, or more than one: narrow it to an environment or an
   * application first */
  object(kind: string, name: string): RenderedObject {
    const ofKind = this.objects.filter(({ key }) => key.kind === kind);
    const [found, ...others] = ofKind.filter(({ key }) => key.name === name);
    if (found && others.length === 0) return found;
    throw notRendered(
      found ? 'single object' : 'object',
      `${kind} ${name}`,
      (ofKind.length > 0 ? ofKind : this.objects).map(({ key }) => formatKey(key)),
    );
  }
}

/** Where an application, or an object, stands. Narrowing does not change it. */
interface Home {
  readonly environment: RenderedEnvironment;
  readonly application: RenderedApplication;
}

const homes = new WeakMap<RenderedApplication | RenderedObject, Home>();

/** The environment and application of what was rendered; undefined for what was put together otherwise. */
export function homeOf(rendered: RenderedApplication | RenderedObject): Home | undefined {
  return homes.get(rendered);
}

/** A part of an environment, whose applications and objects stay at home in the whole of it. */
export function narrowed(
  environment: RenderedEnvironment,
  applications: readonly RenderedApplication[],
): RenderedEnvironment {
  return { ...environment, applications };
}

/** The first environment that has them is where they are at home. */
export function settle(environment: RenderedEnvironment): void {
  for (const application of environment.applications) {
    const home = homes.get(application) ?? { environment, application };
    homes.set(application, home);
    for (const object of application.objects) if (!homes.has(object)) homes.set(object, home);
  }
}

function notRendered(what: string, name: string, present: readonly string[]): TruekeelError {
  const shown = [...new Set(present)].sort();
  return new TruekeelError(`there is no ${what} ${name}`, {
    code: 'NOT_IN_PROGRAM',
    family: 'usage',
    hint: shown.length === 0 ? 'Nothing was rendered.' : `There are: ${shown.join(', ')}.`,
  });
}
