/** What a matcher was given: rendered things in any form. */
import { Construct } from 'constructs';
import type { RenderedApplication, RenderedEnvironment, RenderedObject } from '../../lib/objects/index.ts';
import { render } from './render.ts';
import { homeOf, Rendered, settle } from './rendered.ts';

/** @param subject what `render` returned, a part of it, or a construct, which is rendered
 * @throws TypeError when it is something else */
export function objectsOf(subject: unknown): readonly RenderedObject[] {
  if (subject instanceof Rendered) return subject.objects;
  if (Construct.isConstruct(subject)) return render(subject).objects;
  if (Array.isArray(subject) && subject.every(isObject)) return subject;
  if (isObject(subject)) return [subject];
  if (isApplication(subject)) return subject.objects;
  if (isEnvironment(subject)) {
    settle(subject);
    return subject.applications.flatMap(({ objects }) => objects);
  }
  throw new TypeError(
    'expected something rendered: what render() returned, an environment, an application, an object or a construct of it',
  );
}

/** What else is in the environments that the objects come from, by way of which they are reached. */
export function surroundingsOf(objects: readonly RenderedObject[]): readonly RenderedObject[] {
  const environments = new Set(objects.flatMap((object) => homeOf(object)?.environment ?? []));
  if (environments.size === 0) return objects;
  return [...environments].flatMap(({ applications }) => applications.flatMap(({ objects }) => objects));
}

/** The applications of a subject that is more than an object. */
export function applicationsOf(subject: unknown): readonly RenderedApplication[] {
  if (subject instanceof Rendered) return subject.applications;
  if (Construct.isConstruct(subject)) return render(subject).applications;
  if (isApplication(subject)) return [subject];
  return isEnvironment(subject) ? subject.applications : [];
}

function isObject(value: unknown): value is RenderedObject {
  return isRecord(value) && isRecord(value.key) && isRecord(value.object) && typeof value.yaml === 'string';
}

export function isApplication(value: unknown): value is RenderedApplication {
  return isRecord(value) && Array.isArray(value.objects) && Array.isArray(value.dependsOn);
}

function isEnvironment(value: unknown): value is RenderedEnvironment {
  return isRecord(value) && Array.isArray(value.applications) && typeof value.name === 'string';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object';
}
