/** What a cluster does by itself whether or not workloads are played: garbage collection, removal of namespaces and
 * of custom resource definitions. */
import { createStore } from '../controller-client.ts';
import type { Core } from '../core.ts';
import {
  continueDefinitionRemoval,
  DEFINITIONS,
  establishDefinition,
  serveDefinition,
} from '../crd/controller.ts';
import type { Dispatcher } from '../dispatcher.ts';
import { GarbageCollector } from './dependents.ts';
import { continueNamespaceRemoval } from './namespaces.ts';

/** @returns stop */
export function startLifecycle(core: Core, dispatcher: Dispatcher): () => void {
  const collector = new GarbageCollector(core);
  const client = createStore(core, dispatcher).as('kube-apiserver');
  const unsubscribes = [
    core.storage.subscribe(DEFINITIONS, (event) => serveDefinition(core, event)),
    core.storage.subscribeAll((event) =>
      dispatcher.enqueue(() => {
        establishDefinition(core, client, event);
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
