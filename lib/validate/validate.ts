/** Judges the objects of one environment. */
import {
  Annotation,
  formatKey,
  gvkOf,
  type KubernetesObject,
  NEWEST_KUBERNETES,
  type ObjectKey,
  type SourceLocation,
  TruekeelError,
} from '../objects/index.ts';
import { type KubernetesRelease, kubernetesRelease } from '../schemas/index.ts';
import { judgeApiVersion } from './api-version.ts';
import { type Definitions, definitionsIn, judgeCustom } from './custom.ts';
import { type Finding, Judgement } from './judgement.ts';
import { referenceRule } from './references/kinds.ts';
import { judgePodReferences } from './references/pods.ts';
import { podTemplateOf, Surroundings } from './references/surroundings.ts';
import { isKnownSound, ServedJudge } from './served.ts';
import { eachWithin } from './within-time.ts';

/** An object with its place; a RenderedObject is one. */
export interface ValidatedObject {
  readonly key: ObjectKey;
  readonly object: KubernetesObject;
  readonly constructPath?: string;
  readonly source?: SourceLocation;
}

export interface ValidateOptions {
  /** Minor version of the cluster's Kubernetes, one of 27 to 37. The newest when absent. */
  readonly minor?: number;
  /** Refuse kinds that neither Kubernetes nor a definition among the objects describes. */
  readonly refuseUnknownKinds?: boolean;
  /** The objects are not the whole of an environment, and go to a cluster whose version nobody named: what depends on
   * the version or on other objects is a warning. */
  readonly isExcerpt?: boolean;
  /** Gives objects that are not judged, but may be referred to, by namespace; the empty one holds what is
   * cluster-scoped. No CustomResourceDefinition is among them. */
  readonly elsewhere?: (namespace: string) => readonly ValidatedObject[];
  /** Told in which namespaces it looks for what an object refers to. */
  readonly onLookUp?: (object: ValidatedObject, namespace: string) => void;
}

/** What may be right in a cluster of another version, or with other objects. */
const UNCERTAIN = new Set(['API_NOT_SERVED', 'API_REMOVED', 'BROKEN_REFERENCE']);

export interface Verdict {
  readonly errors: readonly TruekeelError[];
  readonly warnings: readonly TruekeelError[];
}

/** Judges every object by itself and in what it refers to among the others: objects of all applications of an
 * environment, as they meet in one cluster. Objects with the annotation `truekeel.dev/validation` are let pass.
 * @throws RangeError when no release of that minor version is known */
export function validateObjects(objects: readonly ValidatedObject[], options: ValidateOptions = {}): Verdict {
  const {
    minor = NEWEST_KUBERNETES,
    isExcerpt = false,
    refuseUnknownKinds = false,
    elsewhere,
    onLookUp,
  } = options;
  const release = kubernetesRelease(minor);
  const errors: TruekeelError[] = [];
  const warnings: TruekeelError[] = [];
  const definitions = definitionsIn(objects);
  let judged: ValidatedObject | undefined;
  const around = new Surroundings(objects, {
    isKnown: ({ apiVersion, kind }) => release.kind(apiVersion, kind) !== undefined,
    ...(elsewhere && { elsewhere }),
    ...(onLookUp && { onLookUp: (namespace) => judged && onLookUp(judged, namespace) }),
  });
  const judge = new ObjectJudge({ release, definitions, around, refuseUnknownKinds });
  const judgeOne = (validated: ValidatedObject): void => {
    judged = validated;
    for (const finding of judge.judge(validated.object)) {
      const isError = finding.severity === 'error' && !(isExcerpt && UNCERTAIN.has(finding.code));
      (isError ? errors : warnings).push(errorOf(validated, finding));
    }
  };
  if (definitions.size === 0) objects.forEach(judgeOne);
  else {
    for (const tooSlow of eachWithin(LONGEST_MS, objects, judgeOne)) {
      warnings.push(errorOf(tooSlow, NOT_JUDGED));
    }
  }
  return { errors, warnings };
}

/** Far more than rules that a server carries out ever take. */
const LONGEST_MS = 2_000;

const NOT_JUDGED: Finding = {
  severity: 'warning',
  code: 'VALIDATION_TOO_SLOW',
  message: `is not judged: the rules or patterns of its definition take longer than ${LONGEST_MS / 1_000} seconds`,
  hint: 'Look for loops within loops, and for patterns such as (a+)+, in its CustomResourceDefinition.',
};

interface Judging {
  readonly refuseUnknownKinds: boolean;
  readonly release: KubernetesRelease;
  readonly definitions: Definitions;
  readonly around: Surroundings;
}

class ObjectJudge {
  readonly #by: Judging;
  readonly #served: ServedJudge;

  constructor(by: Judging) {
    this.#by = by;
    this.#served = new ServedJudge(by.release);
  }

  judge(object: KubernetesObject): readonly Finding[] {
    const judgement = new Judgement(object, this.#by.release.minor);
    if (this.#isLetPass(judgement)) return judgement.findings;
    this.#judgeAlone(judgement);
    if (!judgement.hasErrors) this.#judgeReferences(judgement);
    return judgement.findings;
  }

  #judgeAlone(judgement: Judgement): void {
    const { release, definitions, refuseUnknownKinds } = this.#by;
    const { object } = judgement;
    if (judgeCustom(judgement, definitions)) {
      this.#served.judgeMetadata(judgement);
      return;
    }
    const served = judgeApiVersion(judgement, release);
    if (served) {
      if (!isKnownSound(object, release.minor)) this.#served.judge(judgement, served.type);
      return;
    }
    this.#served.judgeMetadata(judgement);
    if (!refuseUnknownKinds || judgement.hasErrors) return;
    judgement.add({
      severity: 'error',
      code: 'UNKNOWN_KIND',
      message: `is of ${object.apiVersion}, whose ${object.kind} neither Kubernetes nor a CustomResourceDefinition in the program describes`,
      hint: 'Add its CustomResourceDefinition to the program, or unset refuseUnknownKinds of the environment.',
    });
  }

  #judgeReferences(judgement: Judgement): void {
    const { around } = this.#by;
    const { object } = judgement;
    const { group, kind } = gvkOf(object);
    const template = podTemplateOf(object);
    if (template) judgePodReferences(judgement, template, around);
    referenceRule(group, kind)?.(judgement, object, around);
  }

  #isLetPass(judgement: Judgement): boolean {
    const reason = judgement.object.metadata.annotations?.[Annotation.validation];
    if (reason === undefined) return false;
    if (/^off: *\S/.test(reason)) return true;
    judgement.add({
      severity: 'error',
      code: 'INVALID_SETTING',
      message: `has the annotation ${Annotation.validation}: ${JSON.stringify(reason)}`,
      hint: 'It turns validation off, and says why: "off: <reason>".',
    });
    return false;
  }
}

function errorOf({ key, constructPath, source }: ValidatedObject, finding: Finding): TruekeelError {
  const { code, field, message, hint } = finding;
  return new TruekeelError(
    field === undefined ? `${formatKey(key)} ${message}` : `${formatKey(key)}: ${field} ${message}`,
    {
      code,
      family: 'validation',
      key,
      ...(field !== undefined && { field }),
      ...(hint !== undefined && { hint }),
      ...(constructPath !== undefined && { constructPath }),
      ...(source && { source }),
    },
  );
}
