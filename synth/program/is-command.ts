/** Tells a command (`python main.py`) from the file of a program. */

/** What Node runs itself. */
const PROGRAM_FILE = /\.[cm]?[jt]s$/;

/** Whether `--app` names something other than a file for Node: whatever does not end in `.ts`, `.js` or the like. */
export function isCommand(app: string): boolean {
  return !PROGRAM_FILE.test(app.trimEnd());
}
