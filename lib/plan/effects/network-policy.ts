/** Whether a NetworkPolicy lets more through than before. */
import { BlockList, isIPv6 } from 'node:net';
import type { JsonObject, JsonValue } from '../../objects/index.ts';
import { canonicalJson } from '../../objects/index.ts';
import { fieldOf, isMap, itemsOf, stringOf } from '../field-path.ts';

type Direction = 'Ingress' | 'Egress';

/** One peer by one port; undefined stands for all of them. */
interface Opening {
  readonly peer: JsonObject | undefined;
  readonly port: JsonObject | undefined;
}

/** What a policy opens, for people; nothing where it does not open anything.
 * @param before undefined when there is none yet: a new policy only ever closes */
export function opens(before: JsonObject | undefined, after: JsonObject): readonly string[] {
  if (!before) return [];
  if (!sameSelection(before, after)) return ['applies to other pods: those it no longer selects are open'];
  return (['Ingress', 'Egress'] as const).flatMap((direction) => {
    const name = direction === 'Ingress' ? 'incoming' : 'outgoing';
    if (!restricts(before, direction)) return [];
    if (!restricts(after, direction)) return [`lets all ${name} traffic through`];
    const known = openingsOf(before, direction);
    const added = openingsOf(after, direction).filter((o) => !known.some((k) => covers(k, o)));
    return added.length === 0 ? [] : [`lets more ${name} traffic through: ${describe(added)}`];
  });
}

function sameSelection(a: JsonObject, b: JsonObject): boolean {
  const selector = (policy: JsonObject) => canonicalJson(fieldOf(policy, 'spec', 'podSelector') ?? {});
  return selector(a) === selector(b);
}

/** Without policyTypes, a policy is about incoming traffic, and about outgoing when it has egress rules. */
function restricts(policy: JsonObject, direction: Direction): boolean {
  const types = fieldOf(policy, 'spec', 'policyTypes');
  if (Array.isArray(types) && types.length > 0) return types.includes(direction);
  return direction === 'Ingress' || itemsOf(policy, 'spec', 'egress').length > 0;
}

function openingsOf(policy: JsonObject, direction: Direction): readonly Opening[] {
  const [rules, peers] = direction === 'Ingress' ? ['ingress', 'from'] : ['egress', 'to'];
  const orAll = (items: readonly JsonObject[]) => (items.length === 0 ? [undefined] : items);
  return itemsOf(policy, 'spec', rules).flatMap((rule) =>
    orAll(itemsOf(rule, peers)).flatMap((peer) =>
      orAll(itemsOf(rule, 'ports')).map((port) => ({ peer, port })),
    ),
  );
}

function covers(known: Opening, opening: Opening): boolean {
  return coversPeer(known.peer, opening.peer) && coversPort(known.port, opening.port);
}

function coversPeer(known: JsonObject | undefined, peer: JsonObject | undefined): boolean {
  if (known === undefined) return true;
  if (peer === undefined) return false;
  if (canonicalJson(known) === canonicalJson(peer)) return true;
  return coversBlock(known.ipBlock, peer.ipBlock);
}

function coversBlock(known: JsonValue | undefined, block: JsonValue | undefined): boolean {
  if (!isMap(known) || !isMap(block)) return false;
  const [a, b] = [parseCidr(known.cidr), parseCidr(block.cidr)];
  // Exceptions that both have keep the comparison simple; any other case counts as open.
  const excepted = new Set(Array.isArray(block.except) ? block.except : []);
  if (Array.isArray(known.except) && !known.except.every((range) => excepted.has(range))) return false;
  return a !== undefined && b !== undefined && b.prefix >= a.prefix && contains(a, b.address);
}

interface Range {
  readonly address: string;
  readonly prefix: number;
}

function parseCidr(cidr: JsonValue | undefined): Range | undefined {
  const [address, prefix] = typeof cidr === 'string' ? cidr.split('/') : [];
  return address === undefined || prefix === undefined ? undefined : { address, prefix: Number(prefix) };
}

function contains({ address, prefix }: Range, other: string): boolean {
  const family = (ip: string) => (isIPv6(ip) ? 'ipv6' : 'ipv4');
  if (family(address) !== family(other)) return false;
  const list = new BlockList();
  list.addSubnet(address, prefix, family(address));
  return list.check(other, family(other));
}

function coversPort(known: JsonObject | undefined, port: JsonObject | undefined): boolean {
  if (known === undefined) return true;
  if (port === undefined || (known.protocol ?? 'TCP') !== (port.protocol ?? 'TCP')) return false;
  if (known.port === undefined) return true;
  const [first, last] = rangeOf(known);
  const [from, to] = rangeOf(port);
  if (typeof first === 'number' && typeof from === 'number')
    return first <= from && Number(to) <= Number(last);
  return canonicalJson(first ?? null) === canonicalJson(from ?? null);
}

function rangeOf({ port, endPort }: JsonObject): readonly [JsonValue | undefined, JsonValue | undefined] {
  return [port, endPort ?? port];
}

const SHOWN = 3;

function describe(openings: readonly Opening[]): string {
  const texts = [...new Set(openings.map(({ peer, port }) => `${describePeer(peer)}${describePort(port)}`))];
  const shown = texts.slice(0, SHOWN).join(', ');
  return texts.length > SHOWN ? `${shown} and ${texts.length - SHOWN} more` : shown;
}

function describePeer(peer: JsonObject | undefined): string {
  if (peer === undefined) return 'everybody';
  const cidr = stringOf(peer, 'ipBlock', 'cidr');
  if (cidr !== undefined) return cidr;
  return peer.namespaceSelector === undefined ? 'pods of its namespace' : 'pods of namespaces';
}

function describePort(port: JsonObject | undefined): string {
  return port?.port === undefined ? '' : ` on port ${String(port.port)}`;
}
