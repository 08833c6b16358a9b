/** Lines that the runner reads (GitHub, "Workflow commands for GitHub Actions"). */

/** Has the runner show a value as stars from here on. It looks at lines, so that one of several is masked line by line. */
export function addMask(value: string): readonly string[] {
  return value
    .split(/[\r\n]+/)
    .filter((line) => line !== '')
    .map((line) => `::add-mask::${escapeData(line)}`);
}

export function errorCommand(message: string): string {
  return `::error title=Truekeel::${escapeData(message)}`;
}

export function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
