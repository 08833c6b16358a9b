/** An application as it was collected → as it shall be. */
import {
  compareText,
  formatKey,
  type RenderedApplication,
  type RenderedObject,
  withHooks,
} from '../objects/index.ts';
import { aboutOf } from './about.ts';
import { edgesOf } from './edges.ts';
import { checkHealthRules, healthRulesOf } from './health-rules.ts';
import { kindsOf, type Unchanged } from './kept.ts';
import { type ObjectRules, renderObject } from './object.ts';
import { Problems } from './problems.ts';
import type { CollectedApplication, CollectedEnvironment } from './tree/index.ts';

export interface Rendering {
  readonly environment: CollectedEnvironment;
  readonly rules: ObjectRules;
  /** Who made each object, by key. */
  readonly owners: Map<string, RenderedObject>;
  readonly problems: Problems;
}

export function renderApplication(
  application: CollectedApplication,
  { environment, rules, owners, problems }: Rendering,
): RenderedApplication {
  checkHealthRules(application, 'application', problems);
  const rendered = application.objects.map((object) => {
    const made = renderObject(object, application, rules, problems);
    if (!made) return undefined;
    const key = formatKey(made.key);
    const other = owners.get(key);
    if (other) {
      problems.add(object, {
        code: 'DUPLICATE_KEY',
        key: made.key,
        message: `${key} is made twice: by ${nameOf(other)} and by ${nameOf(made)}`,
        hint: 'Give one of them another name or namespace, or remove it.',
      });
    }
    owners.set(key, made);
    return made;
  });
  const objects = rendered.filter((object) => object !== undefined);
  const edges = edgesOf(application, rendered, problems);
  const hooked = withHooks(objects, edges, (object, { annotation, value, allowed }) =>
    problems.add(object, {
      code: 'INVALID_SETTING',
      key: object.key,
      message: `${annotation} of ${formatKey(object.key)} is "${value}"`,
      hint: `It can be ${allowed}.`,
    }),
  );
  return {
    ...outsideOf(application, environment, kindsOf(objects), problems),
    edges,
    objects: [...hooked].sort((a, b) => compareText(a.path, b.path)),
  };
}

/** What does not depend on the content of its objects. */
function outsideOf(
  application: CollectedApplication,
  environment: CollectedEnvironment,
  kinds: ReadonlySet<string>,
  problems: Problems,
): Omit<RenderedApplication, 'objects' | 'edges' | 'output'> {
  const health = healthRulesOf(application.health, environment.health, kinds);
  const deleteLimits = { ...environment.deleteLimits, ...application.deleteLimits };
  return {
    name: application.name,
    ...aboutOf(application, problems),
    dependsOn: [...application.dependsOn].sort(),
    ...(health.length > 0 && { health }),
    ...((application.onFailure ?? environment.onFailure) === 'roll-back' && { onFailure: 'roll-back' }),
    ...(Object.keys(deleteLimits).length > 0 && { deleteLimits }),
    ...notificationsOf(application),
  };
}

export function notificationsOf({ notifications = [] }: Pick<CollectedApplication, 'notifications'>) {
  return notifications.length > 0 ? { notifications } : {};
}

/** As it was, with what its environment and the program say of it now. */
export function unchangedApplication(
  { application, kept }: Unchanged,
  rendering: Rendering,
): RenderedApplication & Required<Pick<RenderedApplication, 'output'>> {
  const { environment, problems } = rendering;
  checkHealthRules(application, 'application', problems);
  let objects: readonly RenderedObject[] | undefined;
  return {
    ...outsideOf(application, environment, new Set(kept.kinds), problems),
    edges: kept.edges,
    output: kept.output,
    get objects() {
      // Nothing was wrong with it when it was made of the same.
      const whole = { ...rendering, owners: new Map(), problems: new Problems() };
      objects ??= renderApplication({ ...application, ...kept.load() }, whole).objects;
      return objects;
    },
  };
}

function nameOf({ constructPath, source }: RenderedObject): string {
  const place = source && `${source.file}:${source.line}`;
  if (constructPath === undefined) return place ?? 'an object';
  return place === undefined ? constructPath : `${constructPath} (${place})`;
}

export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return compareText(a.name, b.name);
}
