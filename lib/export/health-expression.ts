/** Flux evaluates health expressions with the fields of an object as variables, where ours have the variable `object`. */

/** Texts of CEL (raw ones and those in three quotes among them), comments, names, and single characters. */
const TOKEN =
  /[bBrR]{0,2}(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|\/\/[^\n]*|[A-Za-z_]\w*|\s+|./gu;
const NAME = /^[A-Za-z_]\w*$/;
const NOTHING = /^(?:\s|\/\/)/;

/** @param expression CEL over the variable `object`
 * @returns the same over the object's fields; undefined where it cannot be said so: where it is about the object as a whole,
 *   or whether that has a field, as `has` asks for a field of something */
export function fluxExpression(expression: string): string | undefined {
  const tokens = expression.match(TOKEN) ?? [];
  const places = tokens.flatMap((token, place) => (NOTHING.test(token) ? [] : [place]));
  const dropped = new Set<number>();
  for (const [index, place] of places.entries()) {
    const near = (distance: number): string => tokens[places[index + distance] ?? -1] ?? '';
    if (tokens[place] !== 'object' || near(-1) === '.') continue;
    const isField = near(1) === '.' && NAME.test(near(2)) && near(3) !== '(';
    const isAskedFor = near(-1) === '(' && near(-2) === 'has' && near(3) === ')';
    if (!isField || isAskedFor) return undefined;
    dropped.add(place).add(places[index + 1]!); // the dot, see above
  }
  return tokens.filter((_, place) => !dropped.has(place)).join('');
}
