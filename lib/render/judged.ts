/** Objects as they are judged: sealed Secrets with their keys, and nothing that the API server does not know. */
import {
  type KubernetesObject,
  type RenderedApplication,
  type RenderedObject,
  TruekeelError,
} from '../objects/index.ts';
import { closedSecret, isSealed } from '../sealed/document/index.ts';

/** The same applications where nothing is sealed. */
export function asJudged(applications: readonly RenderedApplication[]): readonly RenderedApplication[] {
  return applications.map((application) =>
    application.objects.some(({ object }) => isSealed(object))
      ? { ...application, objects: application.objects.map(judged) }
      : application,
  );
}

function judged(rendered: RenderedObject): RenderedObject {
  return isSealed(rendered.object) ? { ...rendered, object: closed(rendered.object) } : rendered;
}

function closed(object: KubernetesObject): KubernetesObject {
  try {
    return closedSecret(object);
  } catch (error) {
    if (!(error instanceof TruekeelError)) throw error;
    // That it cannot be read has been said.
    const { sealed: _, ...rest } = object;
    return rest as KubernetesObject; // it has lost no field that all objects have
  }
}
