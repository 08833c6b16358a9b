/** Configuration: flags win over `TRUEKEEL_*`, and these over `truekeel.config.ts`. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TruekeelError } from '../../lib/objects/index.ts';
import { CONFIG_NAMES } from './config-names.ts';
import type { Config } from './config-schema.ts';

/** Reads the configuration file of a directory, in a child process that may read files and do nothing else: it is code.
 * @throws TruekeelError `CONFIG_INVALID` */
export async function readConfig(directory: string): Promise<Config> {
  const file = CONFIG_NAMES.map((name) => join(directory, name)).find(existsSync);
  if (file === undefined) return {};
  const [{ Config }, content] = await Promise.all([import('./config-schema.ts'), evaluate(file)]);
  const parsed = Config.safeParse(content);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || 'the configuration'}: ${issue.message}`,
  );
  throw new TruekeelError(`${file} is not valid: ${issues.join('; ')}`, {
    code: 'CONFIG_INVALID',
    family: 'usage',
    hint: `It may have ${Object.keys(Config.shape).join(', ')}.`,
  });
}

function evaluate(file: string): Promise<unknown> {
  const script = `const m = await import(${JSON.stringify(pathToFileURL(file).href)}); process.stdout.write(JSON.stringify(m.default ?? {}));`;
  const flags = [
    '--permission',
    '--allow-fs-read=*',
    '--no-warnings',
    '--input-type=module',
    '--eval',
    script,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, flags, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH ?? '' },
    });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
    const fail = (why: string): void =>
      reject(
        new TruekeelError(`${file} could not be read: ${why}`, {
          code: 'CONFIG_INVALID',
          family: 'usage',
          hint: 'It is a module whose default export is the configuration, for example `export default { app: "main.ts" }`.',
        }),
      );
    child.on('error', (error) => fail(error.message));
    child.on('close', (code) => {
      if (code !== 0)
        return fail(
          err
            .trim()
            .split('\n')
            .find((line) => /Error/.test(line)) ?? `exit ${code}`,
        );
      try {
        resolve(JSON.parse(out));
      } catch {
        fail('its default export is not plain data');
      }
    });
  });
}
