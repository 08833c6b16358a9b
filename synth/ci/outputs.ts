/** What later steps may want to know, in the ways that CI systems pass it on. */
import { randomUUID } from 'node:crypto';

/** Names in kebab case, values of one or more lines. */
export type Outputs = Readonly<Record<string, string>>;

/** For the file that `GITHUB_OUTPUT` names. A value ends at a line that nobody could have put into it. */
export function outputFile(outputs: Outputs, uuid: () => string = randomUUID): string {
  return Object.entries(outputs)
    .map(([name, value]) => {
      const end = `end-${uuid()}`;
      if (value.split(/\r\n|\r|\n/).includes(end)) throw new Error(`${end} is a line of ${name}`);
      return `${name}<<${end}\n${value}\n${end}\n`;
    })
    .join('');
}

/** For GitLab's report of kind `dotenv`: `TRUEKEEL_ACTION=render`. It knows no quotes and no values of several lines
 * (GitLab, "artifacts:reports:dotenv"), so that these are left out. */
export function dotenv(outputs: Outputs): string {
  return Object.entries(outputs)
    .filter(([, value]) => !/[\r\n]/.test(value))
    .map(([name, value]) => `TRUEKEEL_${name.toUpperCase().replaceAll('-', '_')}=${value}\n`)
    .join('');
}
