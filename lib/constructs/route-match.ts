import { compareText } from '../objects/index.ts';

/** What the routes of Gateway API have in common: text that a request is compared with. */
export class TextMatch {
  /**
   * Exactly this text.
   *
   * @param text The text.
   */
  public static exact(text: string): TextMatch {
    return new TextMatch('Exact', text);
  }

  /**
   * What a regular expression describes, in the dialect of the gateway's implementation.
   *
   * @param expression The expression.
   */
  public static matching(expression: string): TextMatch {
    return new TextMatch('RegularExpression', expression);
  }

  /**
   * `Exact` or `RegularExpression`.
   *
   * @internal
   */
  public readonly _type: string;

  /** The text, or the expression. */
  public readonly value: string;

  private constructor(type: string, value: string) {
    this._type = type;
    this.value = value;
  }
}

/** Matches of headers or query parameters, as Gateway API writes them: by name, as maps of some languages have no
 * order of their own. */
export function namedMatches(
  matches: { readonly [name: string]: TextMatch } | undefined,
): readonly object[] | undefined {
  if (!matches) return undefined;
  return Object.entries(matches)
    .sort(([a], [b]) => compareText(a, b))
    .map(([name, { _type, value }]) => ({ type: _type, name, value }));
}

const HOSTNAME = /^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** What Gateway API refuses in the names of hosts. */
export function hostnameProblems(hostnames: readonly string[]): readonly string[] {
  const wrong = hostnames.filter(
    (name) => name.length > 253 || !HOSTNAME.test(name) || /^\d+(\.\d+){3}$/.test(name),
  );
  return [
    ...wrong.map((name) => `hostnames has "${name}", which is no name of a host, and no "*." before one`),
    ...tooMany('hostnames', hostnames.length, 16),
  ];
}

/** The bounds of Gateway API for its lists. */
export function tooMany(what: string, count: number, most: number): readonly string[] {
  return count > most ? [`${what} has ${count} entries: ${most} is the most`] : [];
}
