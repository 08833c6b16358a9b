/** Policies of those who apply: held against whatever is applied, by configuration and not by a program. Everything that
 * they evaluate is data, as credentials are near. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type DesiredApplication,
  type KubernetesObject,
  parseYaml,
  TruekeelError,
  TruekeelErrors,
} from '../../lib/objects/index.ts';
import type { KeptPolicies, WithDefaults } from '../../lib/policy/index.ts';
import type { PolicyJudge } from '../../lib/render/index.ts';
import type { Desired } from './desired.ts';

/** As `truekeel.config.ts` has them. */
export interface AskedPolicies {
  readonly starter?: KeptPolicies['starter'];
  /** A file or folder of ValidatingAdmissionPolicies. */
  readonly admission?: string | undefined;
  /** Policies by which a release has to have been judged when it was rendered, by name. */
  readonly required?: readonly string[] | undefined;
}

interface Judging extends KeptPolicies {
  readonly withDefaults?: WithDefaults;
}

/** @throws TruekeelError `NO_ADMISSION_POLICY`, `FILE_UNREADABLE` */
async function judgingBy({ starter, admission }: AskedPolicies): Promise<Judging | undefined> {
  if (admission === undefined) return starter && { starter };
  const [documents, { admissionPolicies }, { withServerDefaults }] = await Promise.all([
    readDocuments(admission),
    import('../../lib/policy/admission/index.ts'),
    import('../../lib/cluster/defaults/index.ts'),
  ]);
  const objects = documents.flatMap(({ value }) => (isObject(value) ? [value] : []));
  const policies = admissionPolicies(documents, admission);
  const rules = policies.map((policy) => {
    const { kind } = policy.spec.paramKind ?? {};
    return [policy.name, { policy, parameters: objects.filter((object) => object.kind === kind) }] as const;
  });
  return { starter, admission: Object.fromEntries(rules), withDefaults: withServerDefaults };
}

async function readDocuments(path: string) {
  try {
    const isFolder = (await stat(path)).isDirectory();
    const names = isFolder ? (await readdir(path)).filter((name) => /\.ya?ml$/.test(name)).sort() : [];
    const files = isFolder ? names.map((name) => join(path, name)) : [path];
    const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    return texts.flatMap((text, index) => parseYaml(text, { file: files[index]! }));
  } catch (cause) {
    if (cause instanceof TruekeelError) throw cause;
    throw new TruekeelError(`the admission policies of the configuration cannot be read: ${path}`, {
      code: 'FILE_UNREADABLE',
      family: 'usage',
      hint: 'Give admissionPolicies a YAML file, or a folder of such files, relative to the root of the repository.',
      cause,
    });
  }
}

function isObject(value: unknown): value is KubernetesObject {
  return typeof value === 'object' && value !== null && 'metadata' in value;
}

/** Judges files that no program made: there is no record, and are no exceptions. */
export async function judgeOfFiles(asked: AskedPolicies): Promise<PolicyJudge | undefined> {
  const judging = await judgingBy(asked);
  if (!judging) return undefined;
  const { judgeKept } = await import('../../lib/policy/index.ts');
  const { withDefaults, ...kept } = judging;
  return (_environment, applications) =>
    judgeKept(kept, applications, { now: Date.now(), ...(withDefaults && { withDefaults }) });
}

interface ReleaseOptions {
  /** Milliseconds since 1970. */
  readonly now?: number;
  readonly onWarning: (warning: TruekeelError) => void;
}

/** Holds the policies against a release. Exceptions that it was rendered with are in force until their last day; after
 * it the release is refused, unless it is one that was gone back to, which has to be possible at any time.
 * @throws TruekeelErrors `POLICY_VIOLATED`, `POLICY_NOT_KEPT`, `POLICY_EXCEPTION_ENDED`, `POLICY_FAILED` */
export async function holdAgainst(
  asked: AskedPolicies,
  { applications, policies: record, isHeld = false }: Pick<Desired, 'applications' | 'policies' | 'isHeld'>,
  { now = Date.now(), onWarning }: ReleaseOptions,
): Promise<void> {
  const { starter, admission, required = [] } = asked;
  // What nobody asks for is not loaded.
  if (!record && starter === undefined && admission === undefined && required.length === 0) return;
  const { judgeKept, recordedErrors } = await import('../../lib/policy/index.ts');
  const { missing, ended } = recordedErrors(record, required, now);
  const errors = [...missing, ...(isHeld ? [] : ended)];
  const warnings = isHeld ? [...ended] : [];
  const judging = await judgingBy(asked);
  if (judging) {
    const { withDefaults, ...kept } = judging;
    const loaded = await Promise.all(applications.map(withContent));
    const verdict = judgeKept(kept, loaded, { record, now, ...(withDefaults && { withDefaults }) });
    errors.push(...verdict.errors);
    warnings.push(...verdict.warnings);
  }
  for (const warning of warnings) onWarning(warning);
  if (errors.length > 0) throw new TruekeelErrors(errors.map(({ message }) => message).join('\n'), errors);
}

async function withContent(application: DesiredApplication) {
  const contents = await application.load(application.objects);
  return {
    name: application.name,
    objects: application.objects.map((object, index) => ({ ...object, object: contents[index]! })),
  };
}
