/** Reads SOPS files of variables, `NAME=value`, as stores/dotenv of SOPS does: no quotes mean anything, and `\n` in a
 * value is a line feed. The metadata are variables too, `sops_age__list_0__map_enc`, and become a branch here. */
import type { Branch, Node } from './tree.ts';
import { UnreadableDocument } from './unreadable.ts';

const PREFIX = 'sops_';

/** @throws UnreadableDocument */
export function readDotenv(text: string): Branch {
  const entries: [string, Node][] = [];
  const metadata: (readonly [string, string])[] = [];
  const known = new Set<string>();
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split('\n')
    .entries()) {
    if (line === '' || line === '\r' || line.startsWith('#')) continue;
    const equals = line.indexOf('=');
    if (equals < 0) throw new UnreadableDocument(`has no "=" in line ${index + 1}`);
    const name = line.slice(0, equals);
    const value = line.slice(equals + 1).replaceAll('\\n', '\n');
    if (known.has(name)) throw new UnreadableDocument(`has ${JSON.stringify(name)} twice`);
    known.add(name);
    if (name.startsWith(PREFIX)) metadata.push([name.slice(PREFIX.length), value]);
    else entries.push([name, { type: 'str', text: value }]);
  }
  if (metadata.length > 0) entries.push(['sops', metadataBranch(metadata)]);
  return { entries };
}

/** Of the lists that SOPS flattens, that of age is all that is read here; of the others it is enough that they are there. */
function metadataBranch(variables: readonly (readonly [string, string])[]): Branch {
  const entries: [string, Node][] = [];
  const lists = new Map<string, Map<number, [string, Node][]>>();
  for (const [name, value] of variables) {
    const node: Node = { type: 'str', text: value };
    const item = /^(\w+?)__list_(\d+)__map_(\w+)$/.exec(name);
    if (!item) {
      entries.push([name, node]);
      continue;
    }
    const [, list = '', index = '', field = ''] = item;
    const items = lists.get(list) ?? new Map<number, [string, Node][]>();
    lists.set(list, items.set(Number(index), [...(items.get(Number(index)) ?? []), [field, node]]));
  }
  for (const [list, items] of lists) {
    const sorted = [...items].sort(([a], [b]) => a - b);
    entries.push([list, sorted.map(([, fields]) => ({ entries: fields }))]);
  }
  return { entries };
}
