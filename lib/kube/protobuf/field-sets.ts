import type { JsonObject } from '../../objects/index.ts';

/** So many are remembered; then it begins anew. */
const REMEMBERED = 1000;

/** Sets of fields as `managedFields` hold them. Objects of a kind that one program made mostly have the same ones, and they
 * are most of what metadata is: what was seen before is the very same value, read once. */
export class FieldSets {
  readonly #known = new Map<string, JsonObject>();

  /** @throws SyntaxError */
  read(text: string): JsonObject {
    const known = this.#known.get(text);
    if (known) return known;
    const fields = JSON.parse(text) as JsonObject; // as the API server writes FieldsV1
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(text, fields);
    return fields;
  }
}
