/** Holds and pins: an environment stays where it is, or moves no further than a source commit, until somebody releases it.
 * There is one record of it, in `truekeel.json`; a rollback leaves the same one. */
import type { Oid, Repository } from '../git/index.ts';
import { TruekeelError } from '../objects/index.ts';
import type { Hold } from './manifest.ts';
import { type EnvironmentRef, environmentName, renderedBranch, TrailerName } from './names.ts';
import { attest } from './provenance.ts';
import { publish } from './publish.ts';
import type { RollbackOptions } from './rollback.ts';
import { inTurn } from './turn.ts';
import { readTip, writeVariant } from './variant.ts';

export interface HoldOptions extends Omit<RollbackOptions, 'author' | 'plan' | 'pullRequest'> {
  /** The newest source commit that may still get there: any revision. Absent: the branch stays where it is. */
  readonly pin?: string;
}

export interface HoldResult {
  readonly commit: Oid;
  readonly branch: string;
  /** False when it was held so already. */
  readonly created: boolean;
  readonly hold: Hold;
  readonly pushed: boolean;
}

/** Holds an environment: a commit with the same tree and a hold. Of a rollback's hold, what it took back stays said.
 * @throws TruekeelError `PIN_OLDER` when the branch has a newer source commit than the pin already; `NOT_RENDERED`
 * @throws ForeignCommitError `FOREIGN_COMMIT`
 * @throws RefRaceError `PUSH_RACE`, `REF_CHANGED` */
export function hold(
  repository: Repository,
  environment: EnvironmentRef,
  options: HoldOptions,
): Promise<HoldResult> {
  return inTurn(repository, environment, options, () => holdNow(repository, environment, options));
}

async function holdNow(
  repository: Repository,
  environment: EnvironmentRef,
  options: HoldOptions,
): Promise<HoldResult> {
  const { by, reason, remote, sign, approvedBy = [] } = options;
  const { tips, tip, content } = await readTip(repository, environment, options);
  const { manifest } = content;
  const pin = options.pin === undefined ? undefined : await repository.commit(options.pin);
  if (pin && !(await repository.isAncestor(manifest.source.commit, pin.oid))) {
    throw pinOlder(environment, manifest.source.commit, pin.oid);
  }
  const before = manifest.hold;
  const pushed = remote !== undefined;
  const branch = renderedBranch(environment);
  if (before && before.pin === pin?.oid && (reason === undefined || reason === before.reason)) {
    const reasonOfPublish = 'truekeel: follow the remote';
    await publish(repository, environment, tips, tip.oid, { ...options, reason: reasonOfPublish });
    return { commit: tip.oid, branch, created: false, hold: before, pushed };
  }
  const made: Hold = {
    ...(before?.reverts !== undefined && { reverts: before.reverts }),
    ...(pin && { pin: pin.oid }),
    by: `${by.name} <${by.email}>`,
    ...(reason !== undefined && { reason }),
  };
  const name = environmentName(environment);
  const { commit } = await writeVariant(
    repository,
    await repository.readTree(tip.oid),
    { ...manifest, hold: made },
    {
      parent: tip.oid,
      author: by,
      committer: by,
      subject: pin
        ? `Pin ${name} to ${pin.oid.slice(0, 12)} ${JSON.stringify(pin.subject)}`
        : `Hold ${name} where it is`,
      body: reason ?? '',
      sign,
      trailers: approvedBy.map((one) => [TrailerName.approvedBy, one] as const),
    },
  );
  await publish(repository, environment, tips, commit, { ...options, reason: 'truekeel: hold' });
  await attest(repository, environment, commit, options);
  return { commit, branch, created: true, hold: made, pushed };
}

/** Whether a hold lets a source commit get to its environment. */
export async function holdAllows(
  repository: Repository,
  { pin }: Pick<Hold, 'pin'>,
  source: Oid,
): Promise<boolean> {
  if (pin === undefined || pin === source) return pin !== undefined;
  return (await repository.has(pin)) && (await repository.isAncestor(source, pin));
}

export interface ReleaseHoldResult {
  readonly commit: Oid;
  /** False when nothing held the branch. */
  readonly released: boolean;
  readonly pushed: boolean;
}

/** Ends a hold: the next render moves the branch again.
 * @throws as {@link rollback} */
export function releaseHold(
  repository: Repository,
  environment: EnvironmentRef,
  options: Omit<HoldOptions, 'pin'>,
): Promise<ReleaseHoldResult> {
  return inTurn(repository, environment, options, () => releaseNow(repository, environment, options));
}

async function releaseNow(
  repository: Repository,
  environment: EnvironmentRef,
  options: Omit<HoldOptions, 'pin'>,
): Promise<ReleaseHoldResult> {
  const { tips, tip, content } = await readTip(repository, environment, options);
  const { hold, ...free } = content.manifest;
  if (!hold) return { commit: tip.oid, released: false, pushed: false };
  const { commit } = await writeVariant(repository, await repository.readTree(tip.oid), free, {
    parent: tip.oid,
    author: options.by,
    committer: options.by,
    subject: `Release the hold on ${environmentName(environment)}`,
    body: options.reason ?? '',
    sign: options.sign,
    trailers: (options.approvedBy ?? []).map((name) => [TrailerName.approvedBy, name] as const),
  });
  await publish(repository, environment, tips, commit, { ...options, reason: 'truekeel: release the hold' });
  await attest(repository, environment, commit, options);
  return { commit, released: true, pushed: options.remote !== undefined };
}

function pinOlder(environment: EnvironmentRef, has: Oid, pin: Oid): TruekeelError {
  const name = environmentName(environment);
  return new TruekeelError(
    `${name} is rendered from ${has.slice(0, 12)}, which does not come before ${pin.slice(0, 12)}: it cannot be pinned to that`,
    {
      code: 'PIN_OLDER',
      family: 'usage',
      hint: `Pin it to what it has or to something newer; to go back, use "truekeel rollback --environment ${name}".`,
    },
  );
}
