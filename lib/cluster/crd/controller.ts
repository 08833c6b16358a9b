/** Puts CustomResourceDefinitions into force: the resources that they define are served as soon as the definition is
 * stored, and no longer once it is gone, when their objects go too. */
import type { KubernetesObject } from '../../objects/index.ts';
import { type Core, timestamp } from '../core.ts';
import type { Resource, Subresource, Verb } from '../resources/resource.ts';
import type { StoredEvent } from '../storage/storage.ts';
import type { ControllerClient } from '../store.ts';
import { deleteObject, finishIfReleased } from '../writes/delete.ts';
import { CLEANUP_FINALIZER, type DefinitionVersion, establishedStatus } from './definition.ts';

export const DEFINITIONS = 'apiextensions.k8s.io/customresourcedefinitions';

const VERBS: readonly Verb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];

/** Called within the write of a definition. */
export function serveDefinition(core: Core, event: StoredEvent): void {
  const { object } = event;
  core.resources.setCustom(object.metadata.name, event.type === 'DELETED' ? [] : resourcesOf(object));
}

function resourcesOf(definition: KubernetesObject): readonly Resource[] {
  const { group, names, scope, versions } = definition.spec;
  return (versions as readonly DefinitionVersion[]) // validated when it was written
    .filter((version) => version.served)
    .map((version): Resource => {
      const { scale } = version.subresources ?? {};
      return {
        group,
        version: version.name,
        kind: names.kind,
        plural: names.plural,
        singular: names.singular,
        listKind: names.listKind,
        namespaced: scope === 'Namespaced',
        verbs: VERBS,
        shortNames: names.shortNames ?? [],
        categories: names.categories ?? [],
        subresources: subresourcesOf(definition, version),
        custom: {
          schema: version.schema?.openAPIV3Schema ?? {},
          ...(scale && { scale }),
          printerColumns: version.additionalPrinterColumns ?? [],
          selectableFields: (version.selectableFields ?? []).map(({ jsonPath }) =>
            jsonPath.replace(/^\./, ''),
          ),
        },
      };
    });
}

function subresourcesOf(definition: KubernetesObject, version: DefinitionVersion): readonly Subresource[] {
  const { group, names } = definition.spec;
  const verbs = ['get', 'patch', 'update'];
  return [
    ...(version.subresources?.status
      ? [{ name: 'status', group, version: version.name, kind: names.kind, verbs }]
      : []),
    ...(version.subresources?.scale
      ? [{ name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs }]
      : []),
  ];
}

/** Says of a definition that it is in force. Must not be called from within a
 * write. */
export function establishDefinition(core: Core, client: ControllerClient, event: StoredEvent): void {
  if (event.table !== DEFINITIONS || event.type === 'DELETED') return;
  const definition = core.storage.get(DEFINITIONS, '', event.object.metadata.name);
  if (!definition || definition.metadata.deletionTimestamp !== undefined) return;
  client.updateStatus({ ...definition, status: establishedStatus(definition, timestamp(core.now())) });
}

/** Deletes the objects of a definition that is being deleted, and lets it go when there are none left. Must not be
 * called from within a write. */
export function continueDefinitionRemoval(core: Core, event: StoredEvent): void {
  const definitions =
    event.table === DEFINITIONS
      ? [event.object]
      : event.type === 'DELETED'
        ? core.storage
            .list(DEFINITIONS)
            .filter((object) => `${object.spec.group}/${object.spec.names.plural}` === event.table)
        : [];
  for (const { metadata } of definitions) removeInstances(core, metadata.name);
}

function removeInstances(core: Core, name: string): void {
  const definition = core.storage.get(DEFINITIONS, '', name);
  if (definition?.metadata.deletionTimestamp === undefined) return;
  const table = `${definition.spec.group}/${definition.spec.names.plural}`;
  const resource = core.resources.forTable(table);
  let left = 0;
  for (const object of resource ? core.storage.list(table) : []) {
    const waits =
      object.metadata.deletionTimestamp !== undefined ||
      !deleteObject(core, resource!, object, { propagationPolicy: 'Background' }).gone; // there are objects only with a resource
    if (waits) left++;
  }
  const finalizers = definition.metadata.finalizers ?? [];
  if (left > 0 || !finalizers.includes(CLEANUP_FINALIZER)) return;
  const { finalizers: _, ...metadata } = definition.metadata;
  const rest = finalizers.filter((finalizer) => finalizer !== CLEANUP_FINALIZER);
  const next = { ...definition, metadata: { ...metadata, ...(rest.length > 0 && { finalizers: rest }) } };
  const definitions = core.resources.byPath('apiextensions.k8s.io', 'v1', 'customresourcedefinitions')!; // one of Kubernetes' own
  finishIfReleased(core, definitions, core.storage.put(DEFINITIONS, next));
}
