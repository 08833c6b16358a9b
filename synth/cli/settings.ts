/** The settings that several verbs share, from flags, `TRUEKEEL_*` (which commander has merged into the flags) and the
 * configuration file, in this order. */
import { resolve } from 'node:path';
import type { EnvironmentRef } from '../../lib/branch/index.ts';
import { Repository, type Signer } from '../../lib/git/index.ts';
import { type DeleteLimits, TruekeelError } from '../../lib/objects/index.ts';
import type { Approval, GuardCode } from '../../lib/plan/index.ts';
import {
  type IdentitySources,
  type OpenSecret,
  readIdentities,
  secretOpener,
} from '../../lib/sealed/index.ts';
import { credentialsFrom } from '../pipeline/git-credentials.ts';
import type { AskedPolicies } from '../pipeline/kept-policies.ts';
import { parseSigner, type RequiredSignatures, trustedSigners } from '../pipeline/signers.ts';
import type { TargetOptions } from '../pipeline/target.ts';
import type { ProgramLimits } from '../program/limits.ts';
import type { CommandContext, Flags } from './command.ts';
import { readConfig } from './config.ts';
import type { Config, Signers } from './config-schema.ts';

export interface Settings {
  readonly flags: Flags;
  readonly config: Config;
  /** Where the configuration file was looked for: the root of the repository, else the current directory. */
  readonly directory: string;
  /** Absent outside a repository. */
  readonly repository?: Repository;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** @throws TruekeelError `INVALID_FLAG`, `CONFIG_INVALID`; `NOT_A_REPOSITORY` when `--repo` names none */
export async function readSettings(flags: Flags, { cwd, env }: CommandContext): Promise<Settings> {
  const start = resolve(cwd, text(flags.repo) ?? '.');
  const repository = await Repository.discover(start).catch((error: unknown) => {
    if (error instanceof TruekeelError && error.code === 'NOT_A_REPOSITORY' && flags.repo === undefined)
      return undefined;
    throw error;
  });
  if (repository) repository.findCredentials = credentialsFrom(env);
  const directory = repository?.root ?? start;
  const config = await readConfig(directory);
  const settings = { flags, config, directory, cwd, env, ...(repository && { repository }) };
  // A flag that cannot be read is told now, not after a cluster was asked and somebody said yes.
  approvals(settings);
  timeoutMs(settings);
  programLimits(settings);
  noProgressTimeoutMs(settings);
  deleteLimits(settings);
  writesInFlight(settings);
  clusterOptions(settings);
  return settings;
}

/** The repository. @throws TruekeelError `NOT_A_REPOSITORY` */
export function requireRepository(settings: Settings): Repository {
  if (settings.repository) return settings.repository;
  throw new TruekeelError(`${settings.directory} is not in a Git repository`, {
    code: 'NOT_A_REPOSITORY',
    family: 'usage',
    hint: 'Run `git init` and commit the program first, or use `truekeel synth`, which needs no Git.',
  });
}

/** The environment that was asked for. @throws TruekeelError `NO_ENVIRONMENT` */
export function requireEnvironment(settings: Settings): string {
  const name = text(settings.flags.environment) ?? settings.config.environment;
  if (name !== undefined) return name;
  throw new TruekeelError('which environment?', {
    code: 'NO_ENVIRONMENT',
    family: 'usage',
    hint: 'Give --environment NAME, or set `environment` in truekeel.config.ts.',
  });
}

/** The environment with its branch: `rendered/<name>`, unless `--rendered-branch` says otherwise.
 * @throws TruekeelError `NO_ENVIRONMENT` */
export function environmentRef(settings: Settings): EnvironmentRef {
  const name = requireEnvironment(settings);
  const branch = text(settings.flags.renderedBranch);
  return branch === undefined ? name : { name, branch };
}

/** Policies that whatever is applied has to keep. */
export function askedPolicies({ config, directory }: Settings): AskedPolicies {
  const { policies, admissionPolicies, requiredPolicies } = config;
  return {
    starter: policies,
    admission: admissionPolicies === undefined ? undefined : resolve(directory, admissionPolicies),
    required: requiredPolicies,
  };
}

/** What a guard may let pass: a refusal's code, or one protected object as the plan names it.
 * @throws TruekeelError `INVALID_FLAG` */
export function approvals({ flags }: Settings): readonly Approval[] {
  return list(flags.approve).map((what) => {
    const code = GUARD_CODES.find((one) => one === what);
    if (code !== undefined) return { code } satisfies Approval;
    if (what.includes(' ')) return { code: 'PROTECTED_OBJECT', keys: [what] } satisfies Approval;
    throw new TruekeelError(`--approve takes a code or an object, not ${JSON.stringify(what)}`, {
      code: 'INVALID_FLAG',
      family: 'usage',
      hint: `Codes: ${GUARD_CODES.join(', ')}. Objects look like 'Namespace web' or 'ConfigMap web/settings'.`,
    });
  });
}

const GUARD_CODES: readonly GuardCode[] = [
  'EMPTY_RENDER',
  'MISSING_APPLICATION',
  'TOO_MANY_DELETES',
  'PROTECTED_OBJECT',
];

/** How to reach a cluster. Paths in flags are relative to the current directory, those in the configuration file to it. */
export function clusterOptions(settings: Settings): Omit<TargetOptions, 'cluster'> {
  const { flags, config, directory, cwd, env } = settings;
  const given = text(flags.kubeconfig);
  const kubeconfig =
    given === undefined ? config.kubeconfig && resolve(directory, config.kubeconfig) : resolve(cwd, given);
  const context = text(flags.context) ?? config.context;
  const requestsPerSecond =
    positive(flags.requestsPerSecond, '--requests-per-second') ?? config.requestsPerSecond;
  return {
    env,
    ...(requestsPerSecond !== undefined && { requestsPerSecond }),
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
  };
}

/** Where private keys for sealed Secrets are found. A path in the flag is relative to the current directory. */
export function identitySources({
  flags,
  cwd,
  env,
}: Pick<Settings, 'flags' | 'cwd' | 'env'>): IdentitySources {
  const file = text(flags.ageKeyFile);
  return { env, ...(file !== undefined && { file: resolve(cwd, file) }) };
}

/** Opens sealed Secrets by the keys that there are when it is asked to. */
export function openSecrets(settings: Pick<Settings, 'flags' | 'cwd' | 'env'>): OpenSecret {
  const sources = identitySources(settings);
  return secretOpener(() => readIdentities(sources));
}

export function remoteName({ flags, config }: Settings): string {
  return text(flags.remote) ?? config.remote ?? 'origin';
}

/** The key that signs rendered commits, if any. @throws TruekeelError `INVALID_SIGNER` */
export function signerOf(flags: Settings['flags'], config: Settings['config']): { readonly sign?: Signer } {
  const key = text(flags.sign) ?? config.sign;
  return key === undefined ? {} : { sign: parseSigner(key) };
}

/** Whose signatures have to be on what is applied. Flags speak of rendered and source commits alike; a path in one is
 * relative to the current directory.
 * @throws TruekeelError `INVALID_SIGNER` */
export function requiredSignatures({ flags, config, directory, cwd }: Settings): RequiredSignatures {
  const given = text(flags.allowedSigners);
  const flagged = trustedSigners(given && resolve(cwd, given), list(flags.trustedKeys));
  if (flagged) return { rendered: flagged, source: flagged };
  const of = (signers: Signers | undefined) =>
    signers &&
    trustedSigners(
      signers.allowedSigners && resolve(directory, signers.allowedSigners),
      signers.trustedKeys ?? [],
    );
  const [rendered, source] = [of(config.signatures?.rendered), of(config.signatures?.source)];
  return { ...(rendered && { rendered }), ...(source && { source }) };
}

/** Milliseconds that a wait for readiness may take. @throws TruekeelError `INVALID_FLAG` */
export function timeoutMs({ flags, config }: Settings): number {
  return (positive(flags.timeout, '--timeout') ?? config.timeout ?? 300) * 1000;
}

/** What the program may take, where that is said. @throws TruekeelError `INVALID_FLAG` */
export function programLimits({ flags, config }: Pick<Settings, 'flags' | 'config'>): ProgramLimits {
  const seconds = positive(flags.programTimeout, '--program-timeout') ?? config.programTimeout;
  const memoryMb = positive(flags.programMemory, '--program-memory') ?? config.programMemory;
  return {
    ...(seconds !== undefined && { timeoutMs: seconds * 1000 }),
    ...(memoryMb !== undefined && { memoryMb }),
  };
}

/** Milliseconds that an object may stand still on its way to being ready. @throws TruekeelError `INVALID_FLAG` */
export function noProgressTimeoutMs({
  flags,
  config,
}: Pick<Settings, 'flags' | 'config'>): number | undefined {
  const given = positive(flags.noProgressTimeout, '--no-progress-timeout') ?? config.noProgressTimeout;
  return given === undefined ? undefined : given * 1000;
}

/** How many objects of an application may be deleted at once, where that is said here and not by the program.
 * @throws TruekeelError `INVALID_FLAG` */
export function deleteLimits({ flags }: Pick<Settings, 'flags'>): DeleteLimits {
  const [deletes, share] = [text(flags.maxDeletes), text(flags.maxDeleteShare)];
  if (deletes !== undefined && !/^\d{1,9}$/.test(deletes)) {
    throw wrongLimit('--max-deletes takes a whole number, 0 or more', deletes);
  }
  if (share !== undefined && !(Number(share) >= 0 && Number(share) <= 1)) {
    throw wrongLimit('--max-delete-share takes a number from 0 to 1', share);
  }
  return {
    ...(deletes !== undefined && { maxDeletes: Number(deletes) }),
    ...(share !== undefined && { maxDeleteShare: Number(share) }),
  };
}

function wrongLimit(message: string, value: string): TruekeelError {
  return new TruekeelError(`${message}, not ${JSON.stringify(value)}`, {
    code: 'INVALID_FLAG',
    family: 'usage',
    hint: 'Leave it out for the usual limit, or give a number such as 600.',
  });
}

/** The most writes to have under way at a time. @throws TruekeelError `INVALID_FLAG` */
export function writesInFlight({ flags, config }: Settings): number | undefined {
  const number = positive(flags.writesInFlight, '--writes-in-flight') ?? config.writesInFlight;
  return number === undefined ? undefined : Math.max(1, Math.floor(number));
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A positive number given as a flag. @throws TruekeelError `INVALID_FLAG` */
export function positive(value: unknown, flag: string): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (Number.isFinite(number) && number > 0) return number;
  throw new TruekeelError(`${flag} takes a positive number, not ${JSON.stringify(value)}`, {
    code: 'INVALID_FLAG',
    family: 'usage',
    hint: 'Leave it out for what is usual, or give a number such as 10.',
  });
}

/** The values of a flag that can be given several times. */
export function list(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}
