/** The configuration that applies in a repository, as Git reads it: files, includes and environment. */
import { type GitContext, git, splitNul } from '../context.ts';

export class GitConfig {
  readonly #values = new Map<string, string[]>();

  constructor(entries: Iterable<readonly [key: string, value: string]>) {
    for (const [key, value] of entries) {
      const values = this.#values.get(key);
      if (values) values.push(value);
      else this.#values.set(key, [value]);
    }
  }

  static async read(context: GitContext): Promise<GitConfig> {
    const lines = splitNul(await git(context, ['config', '--list', '-z']));
    return new GitConfig(
      lines.map((line) => {
        const end = line.indexOf('\n');
        // A key without "=" means true.
        return end < 0 ? ([line, 'true'] as const) : ([line.slice(0, end), line.slice(end + 1)] as const);
      }),
    );
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
