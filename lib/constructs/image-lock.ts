/** `images.lock.json`: the digests of the images of a program. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { IConstruct } from 'constructs';

const FILE = 'images.lock.json';
const SCHEMA = 'truekeel.dev/images/v1';

interface LockedImage {
  readonly image: string;
  readonly digest: string;
}

export interface ImageLock {
  /** How people know the file. */
  readonly file: string;
  readonly images: ReadonlyMap<string, LockedImage>;
  /** Why there are no images in it. */
  readonly problem?: { readonly code: string; readonly message: string; readonly hint: string };
}

const locks = new WeakMap<IConstruct, ImageLock>();
const paths = new WeakMap<IConstruct, string>();

/** Has a program's images looked up in a file of another name or place.
 * @param root the App */
export function setImageLock(root: IConstruct, path: string): void {
  paths.set(root, path);
}

/** The name or place that was given to the file. */
export function imageLockPath(root: IConstruct): string | undefined {
  return paths.get(root);
}

/** What the file of a construct's program says; it is read once. */
export function imageLockOf(construct: IConstruct): ImageLock {
  const { root } = construct.node;
  const known = locks.get(root);
  if (known) return known;
  const lock = readLock(paths.get(root));
  locks.set(root, lock);
  return lock;
}

function readLock(path: string | undefined): ImageLock {
  const places = path === undefined ? [...besideProgram(FILE), FILE] : [path];
  for (const place of places) {
    let text: string;
    try {
      text = readFileSync(place, 'utf8');
    } catch {
      continue;
    }
    return parseLock(text, path ?? FILE);
  }
  return {
    file: path ?? FILE,
    images: new Map(),
    problem: {
      code: 'IMAGE_LOCK_MISSING',
      message: `there is no ${path ?? FILE} ${path === undefined ? 'beside the program' : ''}`.trim(),
      hint: `Write one: { "schema": "${SCHEMA}", "images": { "NAME": { "image": "…:1.0", "digest": "sha256:…" } } }.`,
    },
  };
}

/** A file beside the module that Node was started with. A program in another language has none: its directory is the
 * current one. */
export function besideProgram(file: string): readonly string[] {
  const program = process.argv[1];
  return program === undefined ? [] : [join(dirname(program), file)];
}

/** @param file how people know it */
export function parseLock(text: string, file: string): ImageLock {
  const wrong = (message: string): ImageLock => ({
    file,
    images: new Map(),
    problem: {
      code: 'INVALID_IMAGE_LOCK',
      message: `${file} ${message}`,
      hint: `It has to be { "schema": "${SCHEMA}", "images": { "NAME": { "image": "…:1.0", "digest": "sha256:…" } } }.`,
    },
  });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    return wrong(`is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  const { schema, images } = Object(content) as { readonly schema?: unknown; readonly images?: unknown };
  if (schema !== SCHEMA) return wrong(`has the schema ${JSON.stringify(schema)}, and not "${SCHEMA}"`);
  if (images === null || typeof images !== 'object' || Array.isArray(images))
    return wrong('has no map of images');
  const found = new Map<string, LockedImage>();
  for (const [name, value] of Object.entries(images)) {
    const { image, digest, source } = Object(value) as Readonly<Record<string, unknown>>;
    if (typeof image !== 'string' || image === '' || image.includes('@')) {
      return wrong(
        `says that the image of ${name} is ${JSON.stringify(image)}: it takes a name, best with a tag`,
      );
    }
    if (typeof digest !== 'string' || !/^sha256:[0-9a-f]{64}$/.test(digest)) {
      return wrong(`says that the digest of ${name} is ${JSON.stringify(digest)}`);
    }
    if (source !== undefined && !isSource(source)) {
      return wrong(
        `says that the source of ${name} is ${JSON.stringify(source)}: it takes a commit with all its digits, and maybe a repository`,
      );
    }
    found.set(name, { image, digest });
  }
  return { file, images: found };
}

/** What an image was built from; nothing is rendered of it, reviews tell of it. */
function isSource(source: unknown): boolean {
  const { commit, repository } = Object(source) as Readonly<Record<string, unknown>>;
  return (
    typeof commit === 'string' &&
    /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit) &&
    (repository === undefined || typeof repository === 'string')
  );
}
