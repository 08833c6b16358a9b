/** Runs kustomize, which has to be on PATH: itself, or the one in kubectl. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { TruekeelError } from '../../../lib/objects/index.ts';

export interface Kustomize {
  /** `kustomize v5.7.1` */
  readonly version: string;
  /** @returns YAML documents
   * @throws TruekeelError `KUSTOMIZE_FAILED` */
  build(directory: string): Promise<string>;
}

/** As Flux and Argo CD run it: files may lie anywhere in the repository. */
const UNRESTRICTED = ['--load-restrictor', 'LoadRestrictionsNone'];

const TOOLS = [
  { program: 'kustomize', build: ['build'], version: ['version'] },
  { program: 'kubectl', build: ['kustomize'], version: ['version', '--client'] },
] as const;

const MAX_OUTPUT = 512 * 1024 * 1024;

/** @throws TruekeelError `KUSTOMIZE_NOT_FOUND` */
export async function findKustomize(env: NodeJS.ProcessEnv): Promise<Kustomize> {
  const run = promisify(execFile);
  for (const { program, build, version } of TOOLS) {
    const said = await run(program, version, { env }).catch(() => undefined);
    if (!said) continue;
    const number = /(?:Kustomize Version: |^)(v?\d[^\s]*)/m.exec(said.stdout)?.[1] ?? said.stdout.trim();
    return {
      version: `kustomize ${number}`,
      build: async (directory) => {
        try {
          const { stdout } = await run(program, [...build, directory, ...UNRESTRICTED], {
            env,
            maxBuffer: MAX_OUTPUT,
          });
          return stdout;
        } catch (cause) {
          const { stderr = '' } = cause as { readonly stderr?: string };
          const reason = stderr.trim() || (cause instanceof Error ? cause.message : String(cause));
          throw new TruekeelError(`kustomize cannot build it: ${reason.slice(0, 2000)}`, {
            code: 'KUSTOMIZE_FAILED',
            family: 'validation',
            hint: 'Mend it so that `kustomize build --load-restrictor LoadRestrictionsNone` takes the folder.',
            cause,
          });
        }
      },
    };
  }
  throw new TruekeelError('there is neither kustomize nor kubectl on PATH', {
    code: 'KUSTOMIZE_NOT_FOUND',
    family: 'usage',
    hint: 'Install the release of kustomize that renders the folder today, or kubectl, which has one.',
  });
}
