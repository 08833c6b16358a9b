import type { IConstruct } from 'constructs';
import type { RenderedEnvironment } from '../objects/index.ts';
import { type AssembleOptions, assemble } from './assemble.ts';
import { type CollectOptions, collect } from './tree/index.ts';

export interface RenderOptions extends CollectOptions, AssembleOptions {}

/** Renders the tree below an App: the environments with their applications and objects.
 * @throws TruekeelErrors with everything that is wrong with the tree */
export function renderTree(root: IConstruct, options: RenderOptions = {}): readonly RenderedEnvironment[] {
  return assemble(collect(root, options), options);
}
