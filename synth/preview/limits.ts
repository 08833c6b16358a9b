/** What bounds a preview: a ResourceQuota, and a LimitRange so that pods that request nothing count, too. */
import {
  DEFAULT_SETTINGS,
  digestOf,
  emitYaml,
  type KubernetesObject,
  keyOf,
  objectPath,
  type PreviewSettings,
  type RenderedApplication,
  type RenderedObject,
} from '../../lib/objects/index.ts';

/** The application of what a preview has beside the program's own. */
export const LIMITS_APPLICATION = 'truekeel-preview';

export function limitsApplication(
  { quota, containerDefaults }: PreviewSettings,
  namespace: string,
): RenderedApplication {
  const metadata = { name: LIMITS_APPLICATION, namespace };
  const objects: readonly KubernetesObject[] = [
    ...(Object.keys(containerDefaults).length > 0
      ? [
          {
            apiVersion: 'v1',
            kind: 'LimitRange',
            metadata,
            spec: { limits: [{ type: 'Container', defaultRequest: { ...containerDefaults } }] },
          },
        ]
      : []),
    { apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard: { ...quota } } },
  ];
  return {
    name: LIMITS_APPLICATION,
    dependsOn: [],
    edges: [],
    objects: objects.map((object) => renderedObject(LIMITS_APPLICATION, object, DEFAULT_SETTINGS)),
  };
}

/** An object with its bytes. */
export function renderedObject(
  application: string,
  object: KubernetesObject,
  settings: RenderedObject['settings'],
): RenderedObject {
  const key = keyOf(object);
  const yaml = emitYaml(object);
  return {
    key,
    apiVersion: object.apiVersion,
    digest: digestOf(yaml),
    settings,
    path: objectPath(application, key),
    object,
    yaml,
  };
}
