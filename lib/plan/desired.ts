import type {
  DesiredApplication,
  DesiredObject,
  KubernetesObject,
  RenderedApplication,
} from '../objects/index.ts';
import { formatKey, TruekeelError } from '../objects/index.ts';

/** Turns what rendering made, or what was read from files, into what is planned. The content stays where it is: a plan
 * names objects, and must not carry the values of Secrets about. */
export function desiredFromRendered(application: RenderedApplication): DesiredApplication {
  const { name } = application;
  const byPath = new Map<string, KubernetesObject>(
    application.objects.map(({ path, object }) => [path, object]),
  );
  return {
    name,
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
    load: loadFrom(name, byPath),
  };
}

/** A function of its own: one inside of the other would hold all that was rendered. */
function loadFrom(
  application: string,
  byPath: ReadonlyMap<string, KubernetesObject>,
): DesiredApplication['load'] {
  return async (objects) =>
    objects.map(({ path, key }) => {
      const found = byPath.get(path);
      if (found) return found;
      throw new TruekeelError(`${formatKey(key)} is not part of application ${application}`, {
        code: 'OBJECT_UNREADABLE',
        key,
      });
    });
}
