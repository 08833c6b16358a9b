/** A string, number or truth value as a literal of TypeScript, in the quotes that need fewer escapes. */
export function literal(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return String(value);
  const doubled = JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const [singles, doubles] = [value.split("'").length, value.split('"').length];
  if (singles > doubles) return doubled;
  return `'${doubled.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
