import type { DesiredApplication } from '../objects/index.ts';

/** The folder of an application on the rendered branch: its name, but for what file systems cannot have. */
export function folderOf({ name, objects: [first] }: DesiredApplication): string {
  return first?.path.split('/')[0] ?? name;
}
