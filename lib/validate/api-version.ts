/** Whether the release serves an object's kind, and how long it will. */
import { nearest, parseApiVersion } from '../objects/index.ts';
import type { KubernetesRelease, ServedKind } from '../schemas/index.ts';
import type { Judgement } from './judgement.ts';

/** @returns what the release serves; undefined for a kind that it does not, of which something may have been said */
export function judgeApiVersion(judgement: Judgement, release: KubernetesRelease): ServedKind | undefined {
  const { apiVersion, kind } = judgement.object;
  const served = release.kind(apiVersion, kind);
  const lifecycle = isPreliminary(apiVersion) || !served ? release.lifecycle(apiVersion, kind) : undefined;
  if (served) {
    if (lifecycle && lifecycle.deprecated <= release.minor) {
      const instead = lifecycle.replacement?.apiVersion ?? otherVersion(release, apiVersion, kind);
      judgement.add({
        severity: 'warning',
        code: 'API_DEPRECATED',
        message: `is of ${apiVersion}, which is deprecated since Kubernetes 1.${lifecycle.deprecated} and gone from 1.${lifecycle.removed} on`,
        ...(instead !== undefined && { hint: `Use ${instead}.` }),
      });
    }
    return served;
  }
  const first = release.firstServed(apiVersion, kind);
  if (first !== undefined && first > release.minor) {
    const instead = otherVersion(release, apiVersion, kind);
    judgement.add({
      severity: 'error',
      code: 'API_NOT_SERVED',
      message: `is of ${apiVersion}, which has ${kind} from Kubernetes 1.${first} on, and the environment has 1.${release.minor}`,
      hint:
        instead === undefined
          ? 'Set kubernetesVersion of the environment if its cluster is newer.'
          : `Use ${instead}.`,
    });
  } else if (first !== undefined || (lifecycle && lifecycle.removed <= release.minor)) {
    const instead = otherVersion(release, apiVersion, kind) ?? lifecycle?.replacement?.apiVersion;
    judgement.add({
      severity: 'error',
      code: 'API_REMOVED',
      message: `is of ${apiVersion}, in which Kubernetes 1.${release.minor} does not have ${kind} any more`,
      hint: removalHint(instead, first !== undefined),
    });
  } else {
    judgeUnknown(judgement, release);
  }
  return undefined;
}

/** @param isRecent whether a cluster that still has it can be named: one of the known releases */
function removalHint(instead: string | undefined, isRecent: boolean): string {
  const what = instead === undefined ? 'There is no replacement: remove it' : `Use ${instead}`;
  return isRecent
    ? `${what}, or set kubernetesVersion of the environment if its cluster is older.`
    : `${what}.`;
}

/** Group versions of Kubernetes itself have no kinds but its own; of others nothing is known. */
function judgeUnknown(judgement: Judgement, release: KubernetesRelease): void {
  const { apiVersion, kind } = judgement.object;
  const kinds = release.kindsOf(apiVersion);
  const { group } = parseApiVersion(apiVersion);
  const elsewhere = release.versionsOf(kind);
  const inGroup = elsewhere.filter((version) => parseApiVersion(version).group === group);
  if (kinds.length === 0 && inGroup.length === 0) return;
  const like = nearest(kind, kinds);
  const hint =
    elsewhere.length > 0
      ? `${kind} is of ${inGroup[0] ?? elsewhere[0]}.`
      : like !== undefined
        ? `Did you mean ${like}?`
        : undefined;
  judgement.add({
    severity: 'error',
    code: 'UNKNOWN_KIND',
    message: `is of ${apiVersion}, in which Kubernetes 1.${release.minor} has no ${kind}`,
    ...(hint !== undefined && { hint }),
  });
}

/** The most mature version in which the release has the kind; servers have alpha versions turned off. */
function otherVersion(release: KubernetesRelease, apiVersion: string, kind: string): string | undefined {
  const { group } = parseApiVersion(apiVersion);
  return release
    .versionsOf(kind)
    .find((version) => !version.includes('alpha') && parseApiVersion(version).group === group);
}

function isPreliminary(apiVersion: string): boolean {
  return apiVersion.includes('alpha') || apiVersion.includes('beta');
}
