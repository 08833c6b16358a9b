/** What a cluster does by itself whether or not workloads are played: garbage collection, removal of namespaces and
 * of custom resource definitions. */
import type { Core } from '../core.ts';
import { continueDefinitionRemoval, DEFINITIONS, serveDefinition } from '../crd/controller.ts';
import type { Dispatcher } from '../dispatcher.ts';
import { GarbageCollector } from './dependents.ts';
import { continueNamespaceRemoval } from './namespaces.ts';

/** @returns stop */
export function startLifecycle(core: Core, dispatcher: Dispatcher): () => void {
  const collector = new GarbageCollector(core);
  const unsubscribes = [
    core.storage.subscribe(DEFINITIONS, (event) => serveDefinition(core, event)),
    core.storage.subscribeAll((event) =>
      dispatcher.enqueue(() => {
        collector.handle(event);
        continueNamespaceRemoval(core, event);
        continueDefinitionRemoval(core, event);
      }),
    ),
  ];
  return () => {
    for (const unsubscribe of unsubscribes) unsubscribe();
  };
}
