import type {
  DesiredApplication,
  DesiredObject,
  RenderedApplication,
  RenderedObject,
} from '../objects/index.ts';
import { formatKey, TruekeelError } from '../objects/index.ts';

/** Turns what rendering made, or what was read from files, into what is planned. The content stays where it is: a plan
 * names objects, and must not carry the values of Secrets about. */
export function desiredFromRendered(application: RenderedApplication): DesiredApplication {
  const byPath = new Map<string, RenderedObject>(application.objects.map((object) => [object.path, object]));
  return {
    name: application.name,
    dependsOn: application.dependsOn,
    edges: application.edges,
    ...(application.health && { health: application.health }),
    ...(application.onFailure && { onFailure: application.onFailure }),
    ...(application.deleteLimits && { deleteLimits: application.deleteLimits }),
    ...(application.notifications && { notifications: application.notifications }),
    ...(application.owners && { owners: application.owners }),
    ...(application.links && { links: application.links }),
    objects: application.objects.map(
      ({ object: _object, yaml: _yaml, ...desired }): DesiredObject => desired,
    ),
    load: async (objects) =>
      objects.map(({ path, key }) => {
        const found = byPath.get(path);
        if (found) return found.object;
        throw new TruekeelError(`${formatKey(key)} is not part of application ${application.name}`, {
          code: 'OBJECT_UNREADABLE',
          key,
        });
      }),
  };
}
