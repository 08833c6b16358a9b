/** Edits of one text. */
export interface TextEdit {
  /** Where it begins and ends, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function applyEdit(text: string, { start, end, text: by }: TextEdit): string {
  return `${text.slice(0, start)}${by}${text.slice(end)}`;
}
