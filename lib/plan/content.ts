/** Reads the content of desired objects once, however many steps of planning and applying ask for it. */
import type { DesiredApplication, DesiredObject, KubernetesObject } from '../objects/index.ts';

const loaded = new WeakMap<DesiredObject, KubernetesObject>();

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
