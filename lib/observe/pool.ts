/** So many strings are worth remembering at a time: more distinct ones than this are not what many objects share. */
const SIZE = 4096;

/** Makes equal strings one string. Each object that arrives brings its own copies of what all of them say (namespace,
 * application, inventory, fields), and in a hundred thousand objects they add up. */
export class Pool {
  #strings = new Map<string, string>();

  share<T extends string | undefined>(text: T): T {
    if (text === undefined) return text;
    const known = this.#strings.get(text);
    // An equal string is of the same type.
    if (known !== undefined) return known as T;
    if (this.#strings.size >= SIZE) this.#strings = new Map();
    this.#strings.set(text, text);
    return text;
  }
}
