/** Reads the content of desired objects once, however many steps of planning and applying ask for it. */
import type { DesiredApplication, DesiredObject, KubernetesObject } from '../objects/index.ts';

const loaded = new WeakMap<DesiredObject, KubernetesObject>();

/** Lets go of content that was read, for programs that hold the desired state for long. */
export function forgetContent(objects: Iterable<DesiredObject>): void {
  for (const object of objects) loaded.delete(object);
}

/** The content of some objects of an application, in the order asked for.
 * @throws TruekeelError `OBJECT_UNREADABLE` */
export async function contentOf(
  application: DesiredApplication,
  objects: readonly DesiredObject[],
): Promise<readonly KubernetesObject[]> {
  const unread = objects.filter((object) => !loaded.has(object));
  if (unread.length > 0) {
    const contents = await application.load(unread);
    for (const [index, object] of unread.entries()) loaded.set(object, contents[index]!);
  }
  return objects.map((object) => loaded.get(object)!);
}
