/** Makes messages.data.json from the generated.proto files of k8s.io/api, k8s.io/apimachinery and
 * k8s.io/apiextensions-apiserver (Apache License 2.0, copyright The Kubernetes Authors):
 *
 *     node lib/cluster/protobuf/compact.ts <folder of each module> …
 *
 * Only field numbers, names and types are kept: what is needed to read a message. */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import type { MessageTable } from './messages.ts';

const folders = process.argv.slice(2);
if (folders.length === 0) {
  process.stderr.write('usage: node lib/cluster/protobuf/compact.ts <module folder> …\n');
  process.exit(3);
}

/** Versions that are served: stable groups, and what they are built from. */
const WANTED =
  /^k8s\.io\.(api\.[a-z]+\.v\d+|apimachinery\.pkg\..*|apiextensions_apiserver\.pkg\.apis\.apiextensions\.v1)$/;
const SCALARS = new Set(['string', 'bytes', 'bool', 'int32', 'int64', 'uint32', 'uint64', 'double', 'float']);
const FIELD =
  /^\s*(optional|repeated|required)?\s*(map<\s*string\s*,\s*([.\w]+)\s*>|[.\w]+)\s+(\w+)\s*=\s*(\d+)\s*;/;

const messages: Record<string, MessageTable[string]> = {};
for (const folder of folders) {
  for (const file of globSync('**/generated.proto', { cwd: folder }).sort()) {
    const text = readFileSync(join(folder, file), 'utf8');
    const namespace = /^package ([\w.]+);/m.exec(text)?.[1] ?? '';
    if (!WANTED.test(namespace)) continue;
    for (const [, name, body] of text.matchAll(/^message (\w+) \{\n([\s\S]*?)^\}/gm)) {
      messages[`${namespace}.${name}`] = fieldsOf(body ?? '', namespace);
    }
  }
}

function fieldsOf(body: string, namespace: string): MessageTable[string] {
  const fields: Record<string, string> = {};
  for (const line of body.split('\n')) {
    const match = FIELD.exec(line);
    if (!match) continue;
    const [, label, type = '', mapped, name, number = ''] = match;
    const qualified = qualify(mapped ?? type, namespace);
    const shape = mapped !== undefined ? '{}' : label === 'repeated' ? '[]' : '';
    fields[number] = `${name} ${qualified}${shape}`;
  }
  return fields;
}

function qualify(type: string, namespace: string): string {
  if (SCALARS.has(type)) return type;
  return type.startsWith('.') ? type.slice(1) : type.includes('.') ? type : `${namespace}.${type}`;
}

const brotli = brotliCompressSync(JSON.stringify(messages)).toString('base64');
writeFileSync(new URL('messages.data.json', import.meta.url), `${JSON.stringify({ brotli })}\n`);
