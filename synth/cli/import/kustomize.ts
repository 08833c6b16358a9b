/** Runs kustomize, which has to be on PATH: itself, or the one in kubectl. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  emitYaml,
  type JsonObject,
  type JsonValue,
  parseYaml,
  TruekeelError,
} from '../../../lib/objects/index.ts';

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

/** What kubectl writes around its errors. */
const KLOG = /^E\d{4} .*err=<\n|\n >$|^error: /gm;

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
          const said = stderr.replace(KLOG, '').trim();
          const reason = said || (cause instanceof Error ? cause.message : String(cause));
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

/** A kustomization with further fields: names win over those that are there, an image over the one of its name, and patches and
 * components come behind the others.
 * @param kustomization as YAML
 * @param same what becomes of an image that is there already: Argo CD puts its own in the place, Flux changes the fields that
 * it names, where tag and digest are one */
export function withOverlay(
  kustomization: string,
  overlay: JsonObject,
  same: 'replaced' | 'merged' = 'replaced',
): string {
  const base = (parseYaml(kustomization, { file: 'kustomization.yaml' })[0]?.value ?? {}) as JsonObject;
  const { patches, images, components, ...names } = overlay;
  const named = (image: JsonValue) => (image as JsonObject | null)?.name;
  const ours = new Map(list(images).map((image) => [named(image), image as JsonObject]));
  const others = list(base.images).filter((image) => !ours.has(named(image)));
  const before = new Map(list(base.images).map((image) => [named(image), image as JsonObject]));
  const all =
    same === 'replaced'
      ? list(images)
      : [...ours].map(([name, image]) => mergedImage(before.get(name) ?? {}, image));
  return emitYaml({
    ...base,
    ...names,
    ...(patches !== undefined && { patches: [...list(base.patches), ...list(patches)] }),
    ...(images !== undefined && { images: [...others, ...all] }),
    ...(components !== undefined && { components: [...list(base.components), ...list(components)] }),
  });
}

function mergedImage({ newTag, digest, ...base }: JsonObject, image: JsonObject): JsonObject {
  const hasVersion = (image.newTag ?? '') !== '' || (image.digest ?? '') !== '';
  const version = { ...(newTag !== undefined && { newTag }), ...(digest !== undefined && { digest }) };
  const said = Object.entries(image).filter(([, value]) => value !== '');
  return { ...base, ...(hasVersion ? {} : version), ...Object.fromEntries(said) };
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
