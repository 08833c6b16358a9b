/** Writes the metadata of a sealed file, and leaves the rest of its text as it is. */
import { emitYaml, type JsonObject } from '../objects/index.ts';
import type { SealedFormat } from './document/document.ts';
import type { SopsMetadata } from './document/metadata.ts';
import { readYaml } from './document/read-yaml.ts';
import { type Branch, isBranch, isLeaf, type Leaf, type Node } from './document/tree.ts';

/** @param text of a sealed file, or of one whose values were sealed a moment ago */
export function withMetadata(format: SealedFormat, text: string, metadata: SopsMetadata): string {
  if (format === 'yaml') return `${withoutBlock(text)}${emitYaml({ sops: metadataObject(metadata) })}`;
  if (format === 'dotenv') return `${withoutVariables(text)}${variables(metadata)}`;
  return withMember(text, metadata);
}

/** The text of a file without its metadata, as it is in all else. */
export function withoutMetadata(format: 'yaml' | 'dotenv', text: string): string {
  return format === 'yaml' ? withoutBlock(text) : withoutVariables(text);
}

/** A branch as SOPS writes JSON. */
export function branchJson(branch: Branch): string {
  return `${valueText(branch, '')}\n`;
}

function metadataObject({
  age,
  lastModified,
  mac,
  macOnlyEncrypted,
  rule,
  version,
}: SopsMetadata): JsonObject {
  return {
    age: age.map(({ recipient, enc }) => ({ recipient, enc })),
    lastmodified: lastModified,
    mac,
    ...(rule.by !== 'comment' && { [`${rule.seals ? '' : 'un'}encrypted_${rule.by}`]: rule.pattern }),
    ...(macOnlyEncrypted && { mac_only_encrypted: true }),
    version,
  };
}

/** Without the block that begins with `sops:` at the margin. Empty lines before it may be those of a text that keeps them. */
function withoutBlock(text: string): string {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => /^sops:/.test(line));
  if (start < 0) return withLineBreak(text);
  const length = lines.slice(start + 1).findIndex((line) => line !== '' && !/^[\s-]/.test(line));
  const before = lines.slice(0, start).map((line) => `${line}\n`);
  const after = length < 0 ? '' : withLineBreak(lines.slice(start + 1 + length).join('\n'));
  return `${before.join('')}${after}`;
}

function withLineBreak(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}

function withoutVariables(text: string): string {
  const kept = text.split('\n').filter((line) => !line.startsWith('sops_'));
  return `${kept.join('\n').trimEnd()}\n`;
}

/** As SOPS flattens them: stores/flatten.go. */
function variables(metadata: SopsMetadata): string {
  const { age, ...rest } = metadataObject(metadata);
  const flat = Object.entries(rest).map(([name, value]): [string, string] => [name, String(value)]);
  const keys = metadata.age.flatMap(({ recipient, enc }, index): [string, string][] => [
    [`age__list_${index}__map_enc`, enc],
    [`age__list_${index}__map_recipient`, recipient],
  ]);
  const lines = [...keys, ...flat].map(([name, value]) => `sops_${name}=${value.replaceAll('\n', '\\n')}\n`);
  return lines.join('');
}

/** JSON has no comments to keep, and its members keep their order. */
function withMember(text: string, metadata: SopsMetadata): string {
  const { entries } = readYaml(text);
  const values = entries.filter(([key]) => key !== 'sops').map(([key, value]) => memberText(key, value, TAB));
  const sops = JSON.stringify(metadataObject(metadata), undefined, TAB).replaceAll('\n', `\n${TAB}`);
  return `{\n${[...values, `${TAB}"sops": ${sops}`].join(',\n')}\n}\n`;
}

const TAB = '\t';

function memberText(key: string, value: Node, indent: string): string {
  return `${indent}${JSON.stringify(key)}: ${valueText(value, indent)}`;
}

function valueText(node: Node, indent: string): string {
  if (isLeaf(node)) return leafText(node);
  const inner = `${indent}${TAB}`;
  const [open, close, lines] = isBranch(node)
    ? ['{', '}', node.entries.map(([key, value]) => memberText(key, value, inner))]
    : ['[', ']', node.map((item) => `${inner}${valueText(item, inner)}`)];
  return lines.length === 0 ? open + close : `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}

function leafText({ type, text }: Leaf): string {
  if (type === 'str') return JSON.stringify(text);
  return type === 'null' ? 'null' : text.toLowerCase();
}
