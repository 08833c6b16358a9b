/** What the server makes of an object that it has not had before: with every default, and without what others wrote. */
import { randomBytes } from 'node:crypto';
import type { KubeClient } from '../kube/index.ts';
import { KubeError } from '../kube/index.ts';
import type { KubernetesObject } from '../objects/index.ts';

/** Tried under a name that nothing has.
 * @returns undefined where the server does not take it under another name (a definition), or not a second time (a
 *   Service with an address of its own) */
export async function freshObject(
  client: KubeClient,
  object: KubernetesObject,
): Promise<KubernetesObject | undefined> {
  const name = `truekeel-${randomBytes(8).toString('hex')}`;
  const sent = { ...object, metadata: { ...object.metadata, name } };
  try {
    const made = await client.apply(sent, { dryRun: true, force: true });
    const text = JSON.stringify({ ...made, metadata: { ...made.metadata, name: object.metadata.name } });
    // Some kinds repeat the name of an object in it (the labels of a Job's pods).
    return JSON.parse(text.replaceAll(name, object.metadata.name)) as KubernetesObject; // one name for another
  } catch (error) {
    if (error instanceof KubeError) return undefined;
    throw error;
  }
}
