/** Warnings among the core/v1 Events. */
import type { KubeClient } from '../kube/index.ts';
import type { KubernetesObject } from '../objects/index.ts';
import { fieldOf, stringOf } from '../plan/index.ts';

/** A warning, and what it is about. */
export interface Warning {
  readonly reason: string;
  readonly message: string;
  /** How often it was given. */
  readonly count: number;
  readonly about: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly name: string;
    readonly uid: string;
  };
}

/** The warnings about one object, or about anything in a namespace; the latest first, one for each reason and object. */
export async function readWarnings(
  client: KubeClient,
  { namespace, uid }: { readonly namespace: string; readonly uid?: string },
): Promise<readonly Warning[]> {
  const about = uid === undefined ? '' : `involvedObject.uid=${uid},`;
  const { items } = await client.list(
    await client.resource({ group: '', version: 'v1', kind: 'Event' }),
    // The events about objects without a namespace are in `default`.
    { namespace: namespace || 'default', fieldSelector: `${about}type=Warning` },
  );
  const latest = [...items].sort((a, b) => (timeOf(a) > timeOf(b) ? -1 : 1)).map(warningOf);
  const seen = new Set<string>();
  return latest.filter((warning) => {
    const id = `${warning.about.uid} ${warning.reason}`;
    return !seen.has(id) && seen.add(id);
  });
}

function warningOf(event: KubernetesObject): Warning {
  const count = fieldOf(event, 'series', 'count') ?? fieldOf(event, 'count');
  const about = (field: string) => {
    const value = fieldOf(event, 'involvedObject', field);
    return typeof value === 'string' ? value : '';
  };
  return {
    reason: stringOf(event, 'reason') ?? '',
    message: (stringOf(event, 'message') ?? '').trim(),
    count: typeof count === 'number' ? count : 1,
    about: {
      apiVersion: about('apiVersion') || 'v1',
      kind: about('kind'),
      name: about('name'),
      uid: about('uid'),
    },
  };
}

function timeOf(event: KubernetesObject): string {
  const series = fieldOf(event, 'series', 'lastObservedTime');
  if (typeof series === 'string') return series;
  return (
    stringOf(event, 'lastTimestamp') ?? stringOf(event, 'eventTime') ?? event.metadata.creationTimestamp ?? ''
  );
}
