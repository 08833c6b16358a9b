/** Makes built-in.data.json from a Kubernetes source tree:
 *
 *     node lib/fields/openapi/compact.ts <kubernetes source> <version>
 *
 * The documents of the groups repeat each other (ObjectMeta, PodSpec, the parameters of every path), so they are
 * compressed as one text: 9.7 MB become 0.2 MB, and reading one of them costs some ten milliseconds once. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import type { BuiltInData } from './built-in.ts';

const [source, version] = process.argv.slice(2);
if (source === undefined || version === undefined) {
  process.stderr.write('usage: node lib/fields/openapi/compact.ts <kubernetes source> <version>\n');
  process.exit(3);
}

const texts: string[] = [];
let size = 0;

/** @returns where the document is in the joined text */
function add(file: string): readonly [offset: number, length: number] {
  const text = JSON.stringify(JSON.parse(readFileSync(file, 'utf8')));
  const length = Buffer.byteLength(text);
  texts.push(text);
  size += length;
  return [size - length, length];
}

/** The files of a folder by the paths that they are served at: `apis__apps__v1_openapi.json` as `apis/apps/v1`. */
function addFolder(folder: string, suffix: string): BuiltInData['openapi'] {
  return Object.fromEntries(
    readdirSync(join(source!, folder))
      .filter((name) => name.endsWith(suffix))
      .sort()
      .map((name) => [name.slice(0, -suffix.length).replaceAll('__', '/'), add(join(source!, folder, name))]),
  );
}

const openapi = addFolder('api/openapi-spec/v3', '_openapi.json');
const discovery = addFolder('api/discovery', '.json');

const brotli = brotliCompressSync(texts.join(''), {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: size,
  },
});
const data: BuiltInData = { version, openapi, discovery, brotli: brotli.toString('base64') };
writeFileSync(new URL('built-in.data.json', import.meta.url), `${JSON.stringify(data)}\n`);
