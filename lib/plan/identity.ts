/** Names and marks: the inventory of an application, and what every object of it carries. */
import { createHash } from 'node:crypto';
import type {
  DesiredObject,
  JsonObject,
  KubernetesObject,
  ObjectMeta,
  ObjectSettings,
} from '../objects/index.ts';
import { Annotation, DEFAULT_SETTINGS, Label } from '../objects/index.ts';
import { shortRun } from './hook-runs.ts';

/** Written to `applyset.kubernetes.io/tooling`; the part before the slash is who may change the inventory. */
export const TOOLING = 'truekeel/v1';

/** Longest value of a label. */
const LABEL_LENGTH = 63;

/** What tells environments in one cluster apart: `<project>.<environment>`, or the environment alone where the project
 * has no name; the empty string for what belongs to no environment. Fits into a label. */
export function environmentId({
  project = '',
  environment = '',
}: {
  project?: string;
  environment?: string;
}): string {
  const id = project === '' || environment === '' ? environment : `${project}.${environment}`;
  return id.length <= LABEL_LENGTH ? id : createHash('sha256').update(id).digest('hex').slice(0, 40);
}

/** Name of the ConfigMap that is an application's inventory: `truekeel.<environment's id>.<application>`, without the
 * environment where there is none. Two applications never share one.
 * @param environment as {@link environmentId} gives it */
export function inventoryName(environment: string, application: string): string {
  const parts = environment === '' ? [application] : [...environment.split('.'), application];
  if (parts.length <= 3 && parts.every((part) => /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(part)))
    return ['truekeel', ...parts].join('.');
  // What is no DNS label is spelled by its hash; five parts, so that it meets no name of the first kind.
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
  return `truekeel.${hash}.x.x.x`;
}

/** KEP-3659: `applyset-<base64url(sha256(<name>.<namespace>.<kind>.<group>))>-v1`. */
export function inventoryId(namespace: string, name: string): string {
  const hash = createHash('sha256').update(`${name}.${namespace}.ConfigMap.`).digest('base64url');
  return `applyset-${hash}-v1`;
}

/** Settings that decide what happens when the object has left the program have to be known then, so they travel
 * with the object even when they come from the application. */
const KEPT_SETTINGS = ['prune', 'conflicts', 'drift'] as const satisfies readonly (keyof ObjectSettings)[];

/** The object as it is sent: the rendered one, marked as ours on its metadata and nowhere else. */
export function marked(
  object: KubernetesObject,
  desired: DesiredObject,
  owner: { readonly application: string; readonly inventoryId: string },
): KubernetesObject {
  const { metadata } = object;
  const settings: Record<string, string> = {};
  for (const name of KEPT_SETTINGS) {
    if (desired.settings[name] !== DEFAULT_SETTINGS[name])
      settings[Annotation[name]] = desired.settings[name];
  }
  return {
    ...object,
    metadata: {
      ...metadata,
      labels: {
        ...metadata.labels,
        [Label.application]: owner.application,
        [Label.partOf]: owner.inventoryId,
      },
      annotations: {
        ...metadata.annotations,
        ...settings,
        ...(desired.hook && { [Annotation.run]: shortRun(desired.hook.run) }),
        [Annotation.digest]: desired.digest,
      },
    },
  };
}

/** Names of the labels and annotations that mark an object as ours. */
export const OUR_MARKS: { readonly labels: readonly string[]; readonly annotations: readonly string[] } = {
  labels: [Label.application, Label.partOf],
  annotations: [
    Annotation.digest,
    Annotation.fields,
    Annotation.run,
    ...KEPT_SETTINGS.map((name) => Annotation[name]),
  ],
};
const OUR_NAMES: ReadonlySet<string> = new Set([...OUR_MARKS.labels, ...OUR_MARKS.annotations]);

/** Whether a label or annotation of this name marks an object as ours. */
export function isOurMark(name: string): boolean {
  return OUR_NAMES.has(name);
}

/** Paths of our marks, with what people shall read instead. */
export const OUR_MARK_PATHS: ReadonlyMap<string, string> = new Map([
  ...OUR_MARKS.labels.map((name) => [`metadata.labels["${name}"]`, `label ${name}`] as const),
  ...OUR_MARKS.annotations.map((name) => [`metadata.annotations["${name}"]`, `annotation ${name}`] as const),
]);

/** Labels or annotations without our marks, for showing to people what changes. */
export function withoutMarks(values: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !OUR_NAMES.has(name)));
}

/** A setting that travels with the live object. */
export function settingOf(metadata: ObjectMeta, name: (typeof KEPT_SETTINGS)[number]): string {
  return metadata.annotations?.[Annotation[name]] ?? DEFAULT_SETTINGS[name];
}
