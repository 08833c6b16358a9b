/** An API server that is killed between accepting the names of a definition and serving it does not go on with that when
 * it is back: it looks at definitions when they change, and at all of them every five minutes (apiextensions-apiserver,
 * `crdHandler` and `EstablishingController`). A definition that stands there for long is therefore touched. */
import { conditionsOf } from '../health/index.ts';
import type { ApiResource, KubeClient } from '../kube/index.ts';
import { KubeError } from '../kube/index.ts';
import type { KubernetesObject } from '../objects/index.ts';
import { Annotation, keyOf } from '../objects/index.ts';

/** Where there are several API servers, they wait five seconds by themselves. */
const PATIENCE_MS = 10_000;

/** @param definition a CustomResourceDefinition that is not established
 * @param onReason told when it was touched
 * @returns ends it */
export function followDefinition(
  client: KubeClient,
  resource: ApiResource,
  definition: KubernetesObject,
  onReason: (reason: string) => void,
): () => void {
  const timer = setTimeout(() => {
    touch(client, resource, definition).then(
      (touched) => touched && onReason('the API server seems to have forgotten it, and was reminded'),
      (error: unknown) => {
        // Who may not write it waits until the server looks by itself.
        if (!(error instanceof KubeError)) throw error;
      },
    );
  }, PATIENCE_MS);
  return () => clearTimeout(timer);
}

/** @returns false when it is no longer the one that stands there */
async function touch(
  client: KubeClient,
  resource: ApiResource,
  definition: KubernetesObject,
): Promise<boolean> {
  const key = keyOf(definition);
  const live = await client.get(resource, key);
  if (!live || live.metadata.uid !== definition.metadata.uid || !isInstalling(live)) return false;
  const annotate = (value: string | null) => {
    const metadata = { uid: definition.metadata.uid ?? '', annotations: { [Annotation.touched]: value } };
    return client.patch(resource, key, { metadata }, { type: 'merge' });
  };
  await annotate(new Date().toISOString());
  await annotate(null);
  return true;
}

function isInstalling(definition: KubernetesObject): boolean {
  const isTrue = (type: string) =>
    conditionsOf(definition).some((condition) => condition.type === type && condition.status === 'True');
  return isTrue('NamesAccepted') && !isTrue('Established');
}
