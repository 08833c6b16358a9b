/** The messages of Kubernetes' protobuf encoding, by full name. */
import { existsSync, readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';

/** For each message its fields by number: `name type`, with `[]` behind the type for repeated ones and `{}` for maps
 * from strings. */
export type MessageTable = Readonly<Record<string, Readonly<Record<string, string>>>>;

let table: MessageTable | undefined;

/** Built files lie in build/lib/cluster/protobuf; the package keeps the data once, beside the sources. */
const PLACES = ['messages.data.json', '../../../../lib/cluster/protobuf/messages.data.json'];

export function messageTable(): MessageTable {
  if (table) return table;
  const files = PLACES.map((place) => new URL(place, import.meta.url));
  const file = files.find((url) => existsSync(url)) ?? files[0]!;
  const { brotli } = JSON.parse(readFileSync(file, 'utf8')) as { brotli: string }; // written by compact.ts
  table = JSON.parse(brotliDecompressSync(Buffer.from(brotli, 'base64')).toString()) as MessageTable; // ditto
  return table;
}
