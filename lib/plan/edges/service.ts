import type { JsonValue, KubernetesObject } from '../../objects/index.ts';
import { fieldOf, isMap, itemsOf, stringOf } from '../field-path.ts';
import { core, type EdgeFinder, type Need, present, ready, type WrittenObjects } from './edge.ts';
import { podTemplateLabels } from './pod-spec.ts';
import { selectsAll } from './selector.ts';

/** Services that some references name, each with a name and sometimes a namespace. */
function services(
  references: readonly (JsonValue | undefined)[],
  namespace: string,
): readonly ReturnType<typeof core>[] {
  return references.flatMap((reference) => {
    const name = stringOf(reference, 'name');
    if (name === undefined || (isMap(reference) && (reference.kind ?? 'Service') !== 'Service')) return [];
    return [core('Service', stringOf(reference, 'namespace') ?? namespace, name)];
  });
}

/** What sends requests to a Service comes after it. */
const toServices =
  (references: (object: KubernetesObject) => readonly (JsonValue | undefined)[]): EdgeFinder =>
  ({ key, object }) =>
    services(references(object), key.namespace).map(present);

/** The API server itself sends requests to it, and refuses those of others while nobody answers: so the Service's
 * pods have to be ready, as far as they are written in the same run. */
const toAnswering =
  (references: (object: KubernetesObject) => readonly (JsonValue | undefined)[]): EdgeFinder =>
  ({ key, object }, written) =>
    services(references(object), key.namespace).flatMap((service) => [
      ready(service),
      ...workloadsBehind(service, written),
    ]);

function workloadsBehind(service: ReturnType<typeof core>, written: WrittenObjects): readonly Need[] {
  const selector = fieldOf(written.get(service), 'spec', 'selector');
  if (!isMap(selector) || Object.keys(selector).length === 0) return [];
  return written
    .workloads(service.namespace)
    .filter(({ object }) => selectsAll(selector, podTemplateLabels(object)))
    .map(({ key }) => ready(key));
}

export const ingressServiceEdges = toServices((ingress) => [
  fieldOf(ingress, 'spec', 'defaultBackend', 'service'),
  ...itemsOf(ingress, 'spec', 'rules').flatMap((rule) =>
    itemsOf(rule, 'http', 'paths').map((path) => fieldOf(path, 'backend', 'service')),
  ),
]);

export const routeServiceEdges = toServices((route) =>
  itemsOf(route, 'spec', 'rules').flatMap((rule) => [
    ...itemsOf(rule, 'backendRefs'),
    ...[rule, ...itemsOf(rule, 'backendRefs')].flatMap((holder) =>
      itemsOf(holder, 'filters').map((filter) => fieldOf(filter, 'requestMirror', 'backendRef')),
    ),
  ]),
);

export const webhookEdges = toAnswering((configuration) =>
  itemsOf(configuration, 'webhooks').map((webhook) => fieldOf(webhook, 'clientConfig', 'service')),
);

export const apiServiceEdges = toAnswering((apiService) => [fieldOf(apiService, 'spec', 'service')]);

/** Its pods are not waited for: those that convert often do not start before the definition is there. */
export const conversionEdges = toServices((definition) => [
  fieldOf(definition, 'spec', 'conversion', 'webhook', 'clientConfig', 'service'),
]);

/** A StatefulSet comes after the Service that gives its pods their names. */
export const governingServiceEdges = toServices((statefulSet) => [
  { name: stringOf(statefulSet, 'spec', 'serviceName') },
]);
