/** Makes templates/github/action.mjs, one file without dependencies, which is kept in Git: a runner takes an action as it
 * lies there. A test holds it to its sources. */
import { readFileSync, writeFileSync } from 'node:fs';
import { rolldown } from 'rolldown';

export const ACTION = 'templates/github/action.mjs';

/** @returns the file's content */
export async function bundleAction(): Promise<string> {
  const { devDependencies, name, version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const made = await rolldown({
    input: 'synth/ci/action/main.ts',
    platform: 'node',
    external: /^node:/,
    transform: {
      define: {
        ACTION_PACKAGE: JSON.stringify(`${name}@${version}`),
        ACTION_NODE: JSON.stringify(devDependencies.node),
      },
    },
  });
  const { output } = await made.generate({ format: 'esm' });
  return output[0].code;
}

if (import.meta.main) writeFileSync(ACTION, await bundleAction());
