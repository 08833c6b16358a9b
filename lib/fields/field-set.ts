/** A set of field paths, as an immutable tree. A path can be a member while paths below it are members too: to
 * own a list item and one of its fields are two things. */
import type { FieldPath } from './path.ts';
import { compareElements, type PathElement } from './path-element.ts';
import type { Schema } from './schema.ts';

interface Entry {
  readonly element: PathElement;
  readonly member: boolean;
  /** The members below the element, relative to it. */
  readonly below: FieldSet;
}

export class FieldSet {
  static readonly empty: FieldSet = new FieldSet(new Map());

  /** By the element's text. No entry is neither a member nor has members below. */
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(entries: ReadonlyMap<string, Entry>) {
    this.#entries = entries;
  }

  static of(...paths: readonly FieldPath[]): FieldSet {
    const root = new FieldSetBuilder();
    for (const path of paths) {
      let node = root;
      for (const element of path) node = node.below(element);
      node.insert();
    }
    return root.build();
  }

  /** A set from its first level. Entries that are neither members nor have members below are left out. */
  static from(entries: Iterable<Entry>): FieldSet {
    const kept = new Map<string, Entry>();
    for (const entry of entries)
      if (entry.member || !entry.below.isEmpty()) kept.set(entry.element.text, entry);
    return kept.size === 0 ? FieldSet.empty : new FieldSet(kept);
  }

  isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  /** How many paths are members. */
  size(): number {
    let count = 0;
    for (const entry of this.#entries.values()) count += (entry.member ? 1 : 0) + entry.below.size();
    return count;
  }

  has(path: FieldPath): boolean {
    const [first, ...rest] = path;
    if (first === undefined) return false; // nobody owns the object as a whole
    const entry = this.#entries.get(first.text);
    if (entry === undefined) return false;
    return rest.length === 0 ? entry.member : entry.below.has(rest);
  }

  /** Whether the element itself, at the first level, is a member. */
  hasElement(element: PathElement): boolean {
    return this.#entries.get(element.text)?.member ?? false;
  }

  /** The members below the element, relative to it. */
  below(element: PathElement): FieldSet {
    return this.#entries.get(element.text)?.below ?? FieldSet.empty;
  }

  /** The first level, in the order of fieldsV1. */
  entries(): readonly Entry[] {
    return [...this.#entries.values()].sort((a, b) => compareElements(a.element, b.element));
  }

  /** Every member. Those of a level come before all that lie deeper, which is the order in which an API server
   * lists conflicts. */
  paths(): readonly FieldPath[] {
    const entries = this.entries();
    return [
      ...entries.filter(({ member }) => member).map(({ element }) => [element]),
      ...entries.flatMap(({ element, below }) => below.paths().map((path) => [element, ...path])),
    ];
  }

  equals(other: FieldSet): boolean {
    if (this === other) return true;
    if (this.#entries.size !== other.#entries.size) return false;
    for (const [text, entry] of this.#entries) {
      const twin = other.#entries.get(text);
      if (twin === undefined || twin.member !== entry.member || !entry.below.equals(twin.below)) return false;
    }
    return true;
  }

  union(other: FieldSet): FieldSet {
    if (this === other || other.isEmpty()) return this;
    if (this.isEmpty()) return other;
    const entries = new Map(this.#entries);
    for (const [text, entry] of other.#entries) {
      const twin = entries.get(text);
      entries.set(
        text,
        twin === undefined
          ? entry
          : {
              element: entry.element,
              member: entry.member || twin.member,
              below: twin.below.union(entry.below),
            },
      );
    }
    return new FieldSet(entries);
  }

  intersection(other: FieldSet): FieldSet {
    if (this === other) return this;
    return this.#select(({ element, member, below }) => ({
      element,
      member: member && other.hasElement(element),
      below: below.intersection(other.below(element)),
    }));
  }

  /** The members that are not members of the other set. A member stays when only something above it is in the
   * other set. */
  difference(other: FieldSet): FieldSet {
    if (other.isEmpty()) return this;
    return this.#select((entry) => {
      const twin = other.#entries.get(entry.element.text);
      if (twin === undefined) return entry;
      return {
        element: entry.element,
        member: entry.member && !twin.member,
        below: entry.below.difference(twin.below),
      };
    });
  }

  /** Like {@link difference}, and a member of the other set takes everything below it away too. */
  recursiveDifference(other: FieldSet): FieldSet {
    if (other.isEmpty()) return this;
    return this.#select((entry) => {
      const twin = other.#entries.get(entry.element.text);
      if (twin === undefined) return entry;
      if (twin.member) return undefined;
      return { ...entry, below: entry.below.recursiveDifference(twin.below) };
    });
  }

  /** The members that have no members below them. */
  leaves(): FieldSet {
    return this.#select(({ element, member, below }) => ({
      element,
      member: member && below.isEmpty(),
      below: below.leaves(),
    }));
  }

  /** Makes a member of every field that the schema names and that has members below. Owning `spec.replicas`
   * does not make `spec` a member of a manager's set, but when nothing is left in `spec`, it goes too. */
  withNamedFields(schema: Schema | undefined): FieldSet {
    if (schema === undefined) return this;
    return this.#select(({ element, member, below }) => {
      if (below.isEmpty()) return { element, member, below };
      const isField = element.type === 'field';
      const named = isField ? schema.map?.fields.get(element.name) : undefined;
      const inner = isField ? (named?.schema ?? schema.map?.additional) : schema.list?.items;
      return { element, member: member || named !== undefined, below: below.withNamedFields(inner) };
    });
  }

  #select(choose: (entry: Entry) => Entry | undefined): FieldSet {
    const chosen: Entry[] = [];
    for (const entry of this.#entries.values()) {
      const kept = choose(entry);
      if (kept !== undefined) chosen.push(kept);
    }
    return FieldSet.from(chosen);
  }
}

/** Collects a field set while walking a value; every node stands for a path. */
export class FieldSetBuilder {
  #member = false;
  readonly #below = new Map<string, { readonly element: PathElement; readonly node: FieldSetBuilder }>();

  /** Makes the node's path a member. */
  insert(): void {
    this.#member = true;
  }

  below(element: PathElement): FieldSetBuilder {
    const found = this.#below.get(element.text);
    if (found !== undefined) return found.node;
    const node = new FieldSetBuilder();
    this.#below.set(element.text, { element, node });
    return node;
  }

  /** The members below this node. */
  build(): FieldSet {
    return FieldSet.from(
      [...this.#below.values()].map(({ element, node }) => ({
        element,
        member: node.#member,
        below: node.build(),
      })),
    );
  }
}
