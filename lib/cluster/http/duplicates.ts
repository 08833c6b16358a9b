/** Finds fields that a JSON text has twice in one object, which JSON.parse does not tell. */

interface Frame {
  readonly names: Set<string> | undefined;
  name: string;
  index: number;
}

/** @param text valid JSON
 * @returns `duplicate field "spec.replicas"` for each, in the order of the text */
export function duplicateFields(text: string): readonly string[] {
  const problems: string[] = [];
  const frames: Frame[] = [];
  let expectName = false;
  for (let i = 0; i < text.length; i++) {
    const frame = frames.at(-1);
    switch (text.charCodeAt(i)) {
      case 0x7b: // {
        frames.push({ names: new Set(), name: '', index: 0 });
        expectName = true;
        break;
      case 0x5b: // [
        frames.push({ names: undefined, name: '', index: 0 });
        expectName = false;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        frames.pop();
        expectName = false;
        break;
      case 0x2c: // ,
        if (frame?.names) expectName = true;
        else if (frame) frame.index++;
        break;
      case 0x22: {
        // "
        const end = endOfString(text, i);
        if (expectName && frame?.names) {
          frame.name = JSON.parse(text.slice(i, end + 1)) as string; // a JSON string
          if (frame.names.has(frame.name)) problems.push(`duplicate field ${JSON.stringify(pathOf(frames))}`);
          frame.names.add(frame.name);
          expectName = false;
        }
        i = end;
        break;
      }
    }
  }
  return [...new Set(problems)];
}

function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (text.charCodeAt(i) !== 0x22) i += text.charCodeAt(i) === 0x5c ? 2 : 1;
  return i;
}

function pathOf(frames: readonly Frame[]): string {
  return frames
    .map((frame) => (frame.names ? `.${frame.name}` : `[${frame.index}]`))
    .join('')
    .slice(1);
}
