import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TruekeelErrors } from '../objects/index.ts';
import { renderTree } from '../render/index.ts';
import { parseLock } from './image-lock.ts';
import { App, Application, Environment, Image, Workload } from './index.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const schema = 'truekeel.dev/images/v1';
const api = { image: 'ghcr.io/example/api:1.4', digest };

function lockFile(content: unknown): string {
  const directory = mkdtempSync(join(tmpdir(), 'truekeel-images-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'images.lock.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

function errorsOf(imageLock: string | undefined, names: readonly string[]) {
  const app = new App(imageLock === undefined ? {} : { imageLock });
  const environment = new Environment(app, 'staging', { namespace: 'shop' });
  for (const [index, name] of names.entries()) {
    const web = new Application(environment, `web-${index}`);
    new Workload(web, `web-${index}`, { image: Image.locked(web, name).reference });
  }
  try {
    renderTree(app);
    return [];
  } catch (error) {
    if (error instanceof TruekeelErrors) return error.errors;
    throw error;
  }
}

describe('Image', () => {
  it('may have what it was built from beside it, which is a commit', () => {
    const source = { commit: 'a'.repeat(40), repository: 'https://git.example.com/api' };
    const of = (given: unknown) =>
      parseLock(JSON.stringify({ schema, images: { api: { ...api, source: given } } }), 'images.lock.json');
    for (const right of [source, { commit: source.commit }, { commit: 'b'.repeat(64) }])
      expect(of(right).problem).toBeUndefined();
    for (const wrong of [
      null,
      'main',
      {},
      { commit: 'main' },
      { commit: 'b'.repeat(50) },
      { ...source, repository: 7 },
    ])
      expect(of(wrong).problem).toMatchObject({ code: 'INVALID_IMAGE_LOCK' });
  });

  it('has the digest that the file has, and the tag for people', () => {
    const app = new App({ imageLock: lockFile({ schema, images: { api } }) });
    expect(Image.locked(new Environment(app, 'staging'), 'api')).toMatchObject({
      name: 'ghcr.io/example/api:1.4',
      digest,
      reference: `ghcr.io/example/api:1.4@${digest}`,
    });
  });

  it('says of each image that is not there what is, all in one run', () => {
    const errors = errorsOf(lockFile({ schema, images: { api } }), ['web', 'api', 'worker']);
    expect(errors.map(({ code, constructPath }) => [code, constructPath])).toEqual([
      ['IMAGE_NOT_LOCKED', 'staging/web-0'],
      ['IMAGE_NOT_LOCKED', 'staging/web-2'],
    ]);
    expect(errors[0]?.message).toMatch(/^staging\/web-0: there is no image "web" in .*: it has api$/);
    expect(errors[0]?.hint).toContain('Add an entry');
  });

  it('says that there is no file', () => {
    expect(errorsOf('/nowhere/images.lock.json', ['api'])[0]).toMatchObject({
      code: 'IMAGE_LOCK_MISSING',
      message: 'there is no /nowhere/images.lock.json',
    });
    expect(errorsOf(undefined, ['api'])[0]?.message).toBe('there is no images.lock.json beside the program');
  });

  it.each<[string, unknown]>([
    ['is not JSON', '{'],
    ['has the schema undefined', {}],
    ['has the schema undefined', 'null'],
    ['has the schema "other"', { schema: 'other', images: {} }],
    ['has no map of images', { schema, images: [] }],
    ['says that the image of api is undefined', { schema, images: { api: 1 } }],
    ['says that the image of api is "a@b"', { schema, images: { api: { image: 'a@b', digest } } }],
    [
      'says that the digest of api is "sha256:1"',
      { schema, images: { api: { image: 'a', digest: 'sha256:1' } } },
    ],
  ])('says what is wrong with the file: %s', (message, content) => {
    const [error] = errorsOf(lockFile(content), ['api']);
    expect(error).toMatchObject({ code: 'INVALID_IMAGE_LOCK', family: 'validation' });
    expect(error?.message).toContain(message);
  });

  it('is not fooled by names that objects have anyway', () => {
    const text = `{"schema":"${schema}","images":{"__proto__":${JSON.stringify(api)}}}`;
    expect([...parseLock(text, 'x').images.keys()]).toEqual(['__proto__']);
    expect(errorsOf(lockFile({ schema, images: {} }), ['constructor'])[0]?.code).toBe('IMAGE_NOT_LOCKED');
  });
});
