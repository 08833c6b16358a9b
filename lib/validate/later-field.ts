import { type KubernetesObject, NEWEST_KUBERNETES } from '../objects/index.ts';
import { kubernetesRelease, type SchemaType } from '../schemas/index.ts';

/** The first release after one in which an object may have a field.
 * @returns its minor version; undefined when no release has the field */
export function laterField(
  { apiVersion, kind }: KubernetesObject,
  path: readonly (string | number)[],
  minor: number,
): number | undefined {
  for (let later = minor + 1; later <= NEWEST_KUBERNETES; later += 1) {
    let type: SchemaType | undefined = kubernetesRelease(later).kind(apiVersion, kind)?.type;
    for (const step of path) type = type && below(type, step);
    if (type) return later;
  }
  return undefined;
}

function below(type: SchemaType, step: string | number): SchemaType | undefined {
  if (type.form === 'struct') return type.field(String(step));
  return type.form === 'list' || type.form === 'map' ? type.element : undefined;
}
