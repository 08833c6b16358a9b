/** The matchers, for vitest: importing this adds them to `expect`. Where each test file shall not do it, name it in
 * vitest's `setupFiles`. Vitest is an optional peer, which nothing but this loads. */
import { expect } from 'vitest';
import type { ObjectSettings, RenderedApplication, RenderedObject } from '../../lib/objects/index.ts';
import type { ResourceFields } from './containers.ts';
import { toBeOwnedBy, toDependOn, toHaveSettings } from './matchers/belong.ts';
import { type ExpectedUser, toHaveImage, toHaveResources, toRunAs } from './matchers/containers.ts';
import { type ExpectedExposure, toExpose } from './matchers/expose.ts';
import { toMatchGolden } from './matchers/golden.ts';
import { type ExpectedObject, toHaveNoObject, toHaveObject } from './matchers/objects.ts';

export type { ExpectedExposure, ExpectedObject, ExpectedUser, ResourceFields };

/** Each takes what `render` returned, an environment, application or object of it, or a construct.
 * @typeParam R what an assertion returns */
export interface TruekeelMatchers<R> {
  /** There is an object of this kind that has these fields, and maybe others. Of a list of maps each expected one has
   * to be there; values may be `expect.any(Number)` and the like. */
  toHaveObject(expected: ExpectedObject): R;
  /** There is none. */
  toHaveNoObject(expected: ExpectedObject): R;
  /** A Service has this port, or an Ingress or HTTPRoute leads to it; of a workload alone, a container has it. */
  toExpose(expected: number | ExpectedExposure): R;
  /** Every container runs as said, with Kubernetes' defaults for what is not set. */
  toRunAs(expected: ExpectedUser): R;
  /** It waits for the other, as declared (`addDependency`) or since it needs it (a ConfigMap that it reads), directly or
   * by way of others.
   * @param other an application or its name, an object or its key: `ConfigMap shop/web-settings` */
  toDependOn(other: string | RenderedApplication | RenderedObject): R;
  /** A container has this image. */
  toHaveImage(image: string | RegExp): R;
  /** Every container has these requests and limits, however the quantities are written; without an argument, has some. */
  toHaveResources(expected?: ResourceFields): R;
  /** All of it belongs to this application. */
  toBeOwnedBy(application: string): R;
  /** Every object has these settings: `{ prune: 'protect' }`. */
  toHaveSettings(expected: Partial<ObjectSettings>): R;
  /** The directory, relative to the test, holds the same YAML files as the rendered branch would, byte by byte, and no
   * others. It is written when it is not there, and with vitest's `-u`; never on CI. */
  toMatchGolden(directory: string): R;
}

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown>
    extends TruekeelMatchers<R> {}
}

expect.extend({
  toHaveObject,
  toHaveNoObject,
  toExpose,
  toRunAs,
  toDependOn,
  toHaveImage,
  toHaveResources,
  toBeOwnedBy,
  toHaveSettings,
  toMatchGolden,
});
