/** The configuration that applies in a repository, as Git reads it: files, includes and environment. */
export class GitConfig {
  readonly #values = new Map<string, string[]>();

  constructor(entries: Iterable<readonly [key: string, value: string]>) {
    for (const [key, value] of entries) {
      const values = this.#values.get(key);
      if (values) values.push(value);
      else this.#values.set(key, [value]);
    }
  }

  /** The last value, which is the one that counts. Section and name in lower case. */
  get(key: string): string | undefined {
    return this.#values.get(key)?.at(-1);
  }

  all(key: string): readonly string[] {
    return this.#values.get(key) ?? [];
  }

  /** Keys `<section>.<subsection>.<name>` of a section: subsection, name and values. */
  *below(
    section: string,
  ): Generator<{ readonly subsection: string; readonly name: string; readonly values: readonly string[] }> {
    for (const [key, values] of this.#values) {
      if (!key.startsWith(`${section}.`)) continue;
      const last = key.lastIndexOf('.');
      const subsection = last <= section.length ? '' : key.slice(section.length + 1, last);
      yield { subsection, name: key.slice(last + 1), values };
    }
  }
}

/** Git's words for yes (git-config, "boolean"). */
export function isTrue(value: string): boolean {
  return /^(?:true|yes|on|[1-9]\d*)$/i.test(value);
}
