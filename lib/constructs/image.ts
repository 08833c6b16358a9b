import type { IConstruct } from 'constructs';
import { addProblem } from '../render/index.ts';
import { type ImageLock, imageLockOf } from './image-lock.ts';

/**
 * A container image by its digest, so that the same program always runs the same bytes. Digests stand in
 * `images.lock.json` beside the program:
 *
 *     {
 *       "schema": "truekeel.dev/images/v1",
 *       "images": { "api": { "image": "ghcr.io/example/api:1.4", "digest": "sha256:…" } }
 *     }
 */
export class Image {
  /**
   * An image that `images.lock.json` has.
   *
   * @param scope Any construct of the program.
   * @param name Its name in the file.
   */
  public static locked(scope: IConstruct, name: string): Image {
    const lock = imageLockOf(scope);
    const entry = lock.images.get(name);
    if (entry) return new Image(entry.image, entry.digest);
    addProblem(scope, lock.problem ?? { code: 'IMAGE_NOT_LOCKED', ...missing(lock, name, scope) });
    // Nothing is rendered with it: the problem stands before that.
    return new Image(name, `sha256:${'0'.repeat(64)}`);
  }

  /** The image with its tag: `ghcr.io/example/api:1.4`. */
  public readonly name: string;

  /** The digest of its manifest: `sha256:…`. */
  public readonly digest: string;

  /** What a container takes: the image with its tag, for people, and its digest, which decides. */
  public readonly reference: string;

  private constructor(name: string, digest: string) {
    this.name = name;
    this.digest = digest;
    this.reference = `${name}@${digest}`;
  }
}

function missing(
  { file, images }: ImageLock,
  name: string,
  scope: IConstruct,
): { readonly message: string; readonly hint: string } {
  const names = [...images.keys()].sort();
  const known = names.length === 0 ? 'it has none' : `it has ${names.slice(0, 10).join(', ')}`;
  return {
    message: `${scope.node.path}: there is no image "${name}" in ${file}: ${known}${names.length > 10 ? ', …' : ''}`,
    hint: `Add an entry with its image and digest: "${name}": { "image": "…:1.0", "digest": "sha256:…" }.`,
  };
}
