/** Objects of kinds that a release serves, judged by themselves. */
import { kindErrors } from '../kinds/index.ts';
import { type KubernetesObject, NEWEST_KUBERNETES, parseApiVersion } from '../objects/index.ts';
import { type KubernetesRelease, kubernetesRelease, type SchemaType } from '../schemas/index.ts';
import { Judgement } from './judgement.ts';
import { laterField } from './later-field.ts';
import { writtenPlace } from './rules/definition.ts';
import { judgeKind } from './rules/kinds.ts';
import { judgeMetadata } from './rules/metadata.ts';
import { StructureWalk } from './structure.ts';

export class ServedJudge {
  readonly #release: KubernetesRelease;
  readonly #walk: StructureWalk;
  #judgement: Judgement | undefined;

  constructor(release: KubernetesRelease) {
    this.#release = release;
    this.#walk = new StructureWalk(
      (finding) => this.#judgement?.add(finding),
      (path) => this.#judgement && laterField(this.#judgement.object, path, release.minor),
    );
  }

  /** @param type of the object's kind */
  judge(judgement: Judgement, type: SchemaType): void {
    this.#judgement = judgement;
    this.#walk.walk(type, judgement.object);
    if (judgement.hasErrors) return;
    judgeMetadata(judgement);
    // Rules look at what the server reads.
    if (this.#walk.isReadOtherwise) return;
    judgeKind(judgement);
    if (judgement.hasErrors) return;
    judgeAsServer(judgement, this.#walk.holdsNulls ? withoutNulls(judgement.object) : judgement.object);
  }

  /** Objects of other kinds have the same metadata. */
  judgeMetadata(judgement: Judgement): void {
    this.#judgement = judgement;
    const type = this.#release.kind('v1', 'ConfigMap')?.type.field('metadata');
    if (type) this.#walk.walk(type, judgement.object.metadata, 'metadata');
    if (!judgement.hasErrors) judgeMetadata(judgement);
  }
}

/** What the rules above have no words of their own for is told in the server's. */
function judgeAsServer(judgement: Judgement, object: KubernetesObject): void {
  const { group } = parseApiVersion(object.apiVersion);
  const read = object.spec === undefined ? { ...object, spec: {} } : object;
  for (const { field, message } of kindErrors({ group, kind: object.kind }, read)) {
    const place = object.kind === 'CustomResourceDefinition' ? writtenPlace(field) : field;
    judgement.refuse(place, `is refused: ${message}`);
  }
}

/** As the server reads it: what is null is not there. */
function withoutNulls(object: KubernetesObject): KubernetesObject {
  return JSON.parse(JSON.stringify(object), (_, value) => (value === null ? undefined : value));
}

/** Objects with which nothing is wrong by themselves. */
const sound = new WeakSet<object>();
let judge: ServedJudge | undefined;

/** Judges an object of a program by itself, for the newest Kubernetes: work that can be done while others are still
 * collected. What is wrong with it is said when all are judged.
 * @param object anything that JSON can be */
export function prevalidate(object: unknown): void {
  const { apiVersion, kind, metadata } = Object(object) as Partial<KubernetesObject>;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof metadata !== 'object' || !metadata)
    return;
  const release = kubernetesRelease(NEWEST_KUBERNETES);
  const type = release.kind(apiVersion, kind)?.type;
  if (!type) return;
  judge ??= new ServedJudge(release);
  const judgement = new Judgement(object as KubernetesObject, NEWEST_KUBERNETES); // see above
  judge.judge(judgement, type);
  if (judgement.findings.length === 0) sound.add(judgement.object);
}

/** Whether the object was judged before for that Kubernetes, and nothing is wrong with it. */
export function isKnownSound(object: KubernetesObject, minor: number): boolean {
  return minor === NEWEST_KUBERNETES && sound.has(object);
}
