/** A kind whose definition was written a moment ago may be established and still not be served for a moment. */
import type { KubeClient } from '../kube/index.ts';
import { backoffMs, KubeError, systemClock } from '../kube/index.ts';
import type { JsonObject, KubernetesObject } from '../objects/index.ts';
import { stringOf } from '../plan/index.ts';

/** How often it is tried: some half a minute in all, as a server that was started a moment ago has more to do. */
const TRIES = 22;

/** No object has such a name: whether the kind is served is all that is asked. */
const NOTHING = 'metadata.name=-';

/** Tries a write again while the server does not serve the object's kind yet.
 * @throws what the last try threw */
export async function retryUntilServed<T>(write: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      if (attempt >= TRIES || !(error instanceof KubeError)) throw error;
      if (error.code !== 'UNKNOWN_KIND' && error.code !== 'NOT_FOUND') throw error;
      await systemClock.sleep(backoffMs(attempt, systemClock, 50, 2_000));
    }
  }
}

/** Waits until the kind of a definition is served. Once for all of its objects, and without a write that would hold a
 * place meanwhile; they try again themselves, as another API server may answer them. */
export async function awaitServed(client: KubeClient, definition: KubernetesObject): Promise<void> {
  const group = stringOf(definition, 'spec', 'group');
  const kind = stringOf(definition, 'spec', 'names', 'kind');
  // A definition, as its schema has it.
  const versions = (definition.spec?.versions ?? []) as readonly JsonObject[];
  const version = versions.find(({ served }) => served === true)?.name;
  if (group === undefined || kind === undefined || typeof version !== 'string') return;
  try {
    await retryUntilServed(async () =>
      client.listMetadata(await client.resource({ group, version, kind }), { fieldSelector: NOTHING }),
    );
  } catch (error) {
    // Whoever may not look, or has looked for long, finds out by writing.
    if (!(error instanceof KubeError)) throw error;
  }
}
