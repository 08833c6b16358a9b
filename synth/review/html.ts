/** Elements of HTML whose texts and attributes can be anything: what is made here is also well-formed XML, so that a strict
 * parser can hold it to that. */

/** Made by {@link element} or {@link text}; no other string gets into a page. */
export interface Html {
  readonly markup: string;
}

type Child = Html | string;

const VOID: ReadonlySet<string> = new Set(['meta']);

/** @param children strings are texts */
export function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly (Child | readonly Child[])[]
): Html {
  const given = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  if (VOID.has(name)) return { markup: `<${name}${given.join('')}/>` };
  const inside = children.flat().map((child) => (typeof child === 'string' ? escaped(child) : child.markup));
  return { markup: `<${name}${given.join('')}>${inside.join('')}</${name}>` };
}

/** Characters that XML has no way to write, and those that turn the direction of text around, become a mark. */
function escaped(text: string): string {
  return (
    text
      .toWellFormed()
      .replace(
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
        /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u0085\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g,
        '\ufffd',
      )
      .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
      // A parser makes another line end of it.
      .replaceAll('\r', '&#13;')
  );
}
