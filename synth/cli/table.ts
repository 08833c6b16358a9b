import { visibleLength } from './terminal.ts';

/** Columns aligned with two spaces between them and two in front; empty columns are left out, so is trailing space.
 * The first row is the heading. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...rows.slice(1).map((row) => visibleLength(row[column] ?? ''))),
  ).map((width, column) => (width === 0 ? 0 : Math.max(width, visibleLength(rows[0]?.[column] ?? ''))));
  return rows.map((row) =>
    `  ${row
      .map((cell, column) =>
        widths[column] === 0 ? '' : cell + ' '.repeat(widths[column]! - visibleLength(cell)),
      )
      .filter((_, column) => widths[column] !== 0)
      .join('  ')}`.trimEnd(),
  );
}
