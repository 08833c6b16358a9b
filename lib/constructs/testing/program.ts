/** What tests of constructs share: a program of one application, and what it renders to. */
import type { KubernetesObject } from '../../objects/index.ts';
import { TruekeelError, TruekeelErrors } from '../../objects/index.ts';
import { renderTree } from '../../render/index.ts';
import { App } from '../app.ts';
import { Application } from '../application.ts';
import { Environment } from '../environment.ts';

/** The objects of an application `web` in namespace `shop`, sorted by path. */
export function objectsOf(declare: (web: Application) => void): readonly KubernetesObject[] {
  const app = new App();
  declare(new Application(new Environment(app, 'test', { namespace: 'shop' }), 'web'));
  return renderTree(app).flatMap(({ applications }) =>
    applications.flatMap(({ objects }) => objects.map(({ object }) => object)),
  );
}

/** The only object of its kind.
 * @throws Error when there is none, or another */
export function objectOf(kind: string, declare: (web: Application) => void): KubernetesObject {
  const found = objectsOf(declare).filter((object) => object.kind === kind);
  if (found.length !== 1) throw new Error(`there are ${found.length} of kind ${kind}`);
  return found[0]!;
}

/** What is wrong with the application: messages, with the construct path that they begin with. */
export function problemsOf(declare: (web: Application) => void): readonly string[] {
  try {
    objectsOf(declare);
    return [];
  } catch (error) {
    if (error instanceof TruekeelErrors) return error.errors.map(({ message }) => message);
    if (error instanceof TruekeelError) return [error.message];
    throw error;
  }
}
