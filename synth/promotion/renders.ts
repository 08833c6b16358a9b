/** What source commits render to, each of them rendered once: whoever waits for a gate asks for the same ones again and again. */
import type { Oid, Repository } from '../../lib/git/index.ts';
import { type RenderedEnvironment, TruekeelError } from '../../lib/objects/index.ts';
import { renderOnly } from '../pipeline/render.ts';
import type { PromotionRequest } from './promotion.ts';

/** How programs are run. */
type Rendering = Pick<
  PromotionRequest,
  'program' | 'cache' | 'packages' | 'commands' | 'programLimits' | 'charts' | 'trusted'
>;

export interface Render {
  readonly environments: readonly RenderedEnvironment[];
  readonly warnings: readonly TruekeelError[];
}

/** The newest source commit, and those that get somewhere. */
const KEPT = 6;

export class Renders {
  readonly #made = new Map<Oid, Promise<Render>>();

  /** @throws what the program and rendering throw */
  async of(repository: Repository, source: Oid, request: Rendering): Promise<Render> {
    const made = this.#made.get(source) ?? render(repository, source, request);
    this.#made.delete(source);
    this.#made.set(source, made);
    for (const old of [...this.#made.keys()].slice(0, -KEPT)) this.#made.delete(old);
    try {
      return await made;
    } catch (error) {
      // A program that is wrong stays so; a registry that is away does not.
      const isTheirs = error instanceof TruekeelError && ['usage', 'validation'].includes(error.family);
      if (!isTheirs) this.#made.delete(source);
      throw error;
    }
  }
}

async function render(repository: Repository, source: Oid, request: Rendering): Promise<Render> {
  const { program, cache, packages, commands, programLimits, charts, trusted } = request;
  if (trusted) await repository.verifyCommit(source, trusted);
  const warnings: TruekeelError[] = [];
  const environments = await renderOnly(repository, {
    source,
    program,
    cache,
    // It was rendered for an environment upstream before, or its errors are told there.
    typecheck: false,
    onWarning: (warning) => warnings.push(warning),
    ...(packages !== undefined && { packages }),
    ...(commands && { commands }),
    ...(programLimits && { programLimits }),
    ...(charts && { charts }),
  });
  return { environments, warnings };
}
