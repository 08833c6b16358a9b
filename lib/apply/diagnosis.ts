/** All that there is to know about a workload that did not get ready: the chain of owners down to the pod, why that does not
 * run, the end of its log, warnings, volume claims that are not bound, and what to try. */
import type { Explanation } from '../health/index.ts';
import { explainWorkload, hintFor, type Problem, troubledPods } from '../health/index.ts';
import type { KubeClient } from '../kube/index.ts';
import { KubeError } from '../kube/index.ts';
import type { KubernetesObject } from '../objects/index.ts';
import { podsOf } from './family.ts';
import { formatChain, type Link, type Owners } from './owners.ts';
import { readWarnings, type Warning } from './warnings.ts';

export interface Diagnosis {
  /** Lines for people, none of them long, few of them. */
  readonly lines: readonly string[];
  /** What to try. */
  readonly hint?: string;
}

/** Warnings that are told. */
const MOST_WARNINGS = 3;
/** Objects whose owners are looked for when there is no pod to look at. */
const MOST_CANDIDATES = 20;
const LOG_LINES = 5;
const MOST_LOG_BYTES = 65_536;
const MOST_CHARACTERS = 500;

/** @returns undefined when nothing is known, or nothing may be read */
export async function diagnose(
  client: KubeClient,
  owners: Owners,
  root: KubernetesObject,
): Promise<Diagnosis | undefined> {
  const diagnosis = await new Investigation(client, owners, root).run();
  return diagnosis.lines.length > 0 ? diagnosis : undefined;
}

class Investigation {
  readonly #client: KubeClient;
  readonly #owners: Owners;
  readonly #root: KubernetesObject;
  readonly #lines: string[] = [];
  #hint: string | undefined;

  constructor(client: KubeClient, owners: Owners, root: KubernetesObject) {
    this.#client = client;
    this.#owners = owners;
    this.#root = root;
  }

  async run(): Promise<Diagnosis> {
    const own = explainWorkload(this.#root);
    const pods = await allowed(() => podsOf(this.#client, this.#owners, this.#root), []);
    const [worst, ...others] = troubledPods(pods.map(({ pod }) => pod));
    if (worst) await this.#tellPod(worst.pod, pods, worst.explanation, others.length);
    else if (!(await this.#tellStarting(pods))) await this.#tellWithoutPod();
    if (own) this.#tell(`${own.reason}: ${own.message}`, own);
    return { lines: this.#lines, ...(this.#hint !== undefined && { hint: this.#hint }) };
  }

  /** Adds a line, unless what it says has been said; the first problem with a known way out gives the hint. */
  #tell(line: string, problem?: Problem): void {
    const short = shortened(line);
    if (!this.#lines.includes(short)) this.#lines.push(short);
    if (problem) this.#hint ??= hintFor(problem);
  }

  async #tellPod(
    pod: KubernetesObject,
    pods: readonly { readonly pod: KubernetesObject; readonly chain: readonly Link[] }[],
    explanation: Explanation,
    others: number,
  ): Promise<void> {
    const chain = pods.find((one) => one.pod === pod)?.chain ?? [];
    const more = others === 0 ? '' : ` (and ${others} more)`;
    this.#tell(`${formatChain(chain)}${more}`);
    const warnings = await this.#warningsAbout(pod);
    this.#tell(`${explanation.reason}: ${explanation.message}`);
    this.#hint ??= hintFor(withProbe(explanation, warnings));
    for (const line of await this.#log(pod, explanation)) this.#tell(line);
    const isNews = ({ message }: Warning) => !explanation.message.includes(message);
    for (const warning of warnings.filter(isNews).slice(0, MOST_WARNINGS)) this.#tellWarning(warning);
    await this.#tellClaims(pod);
  }

  /** Pods that are on their way, and stuck there: nothing but their events says why. */
  async #tellStarting(
    pods: readonly { readonly pod: KubernetesObject; readonly chain: readonly Link[] }[],
  ): Promise<boolean> {
    const starting = pods.filter(({ pod }) => pod.status?.phase === 'Pending').slice(0, MOST_WARNINGS);
    for (const { pod, chain } of starting) {
      const warnings = await this.#warningsAbout(pod);
      if (warnings.length === 0) continue;
      this.#tell(formatChain(chain));
      for (const warning of warnings.slice(0, MOST_WARNINGS)) this.#tellWarning(warning);
      await this.#tellClaims(pod);
      return true;
    }
    return false;
  }

  /** What could not be made has no pod: the warnings about the object, and about what its controllers made of it. */
  async #tellWithoutPod(): Promise<void> {
    const { namespace = '' } = this.#root.metadata;
    const warnings = await allowed(() => readWarnings(this.#client, { namespace }), []);
    const candidates = new Map(warnings.map((warning) => [warning.about.uid, warning.about]));
    let told = 0;
    for (const about of [...candidates.values()].slice(0, MOST_CANDIDATES)) {
      const isRoot = about.uid === this.#root.metadata.uid;
      const object = isRoot ? this.#root : await this.#owners.metadataOf(about, namespace);
      const chain = object && (await this.#owners.chain(object, this.#root));
      if (!chain) continue;
      if (!isRoot) this.#tell(formatChain(chain));
      for (const warning of warnings.filter(({ about: { uid } }) => uid === about.uid)) {
        this.#tellWarning(warning);
        told += 1;
        if (told >= MOST_WARNINGS) return;
      }
    }
  }

  #tellWarning(warning: Warning): void {
    const { reason, message, count } = warning;
    this.#tell(`event ${reason}${count > 1 ? ` (${count} times)` : ''}: ${message}`, warning);
  }

  #warningsAbout({ metadata }: KubernetesObject): Promise<readonly Warning[]> {
    const { namespace = '', uid } = metadata;
    return allowed(() => readWarnings(this.#client, { namespace, ...(uid !== undefined && { uid }) }), []);
  }

  /** The end of the log of a container that has run. */
  async #log(pod: KubernetesObject, explanation: Explanation): Promise<readonly string[]> {
    const { container, exitCode, reason } = explanation;
    const hasRun = exitCode !== undefined || reason === 'ContainersNotReady';
    if (container === undefined || !hasRun) return [];
    const { namespace = '', name } = pod.metadata;
    const options = { container, tailLines: LOG_LINES * 2, limitBytes: MOST_LOG_BYTES };
    const log = await allowed(() => this.#client.logs({ namespace, name }, options), '');
    const lines = log.split('\n').filter((line) => line.trim() !== '');
    if (lines.length === 0) return [];
    return [
      `log of container ${container}:`,
      ...lines.slice(-LOG_LINES).map((line) => `  | ${line.trimEnd()}`),
    ];
  }

  /** A pod that waits for its volumes waits for claims that are not bound. */
  async #tellClaims(pod: KubernetesObject): Promise<void> {
    const { namespace = '' } = pod.metadata;
    const volumes: readonly { readonly persistentVolumeClaim?: { readonly claimName?: string } }[] =
      pod.spec?.volumes ?? [];
    const names = volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
    for (const name of names.slice(0, MOST_WARNINGS)) {
      const claim = await allowed(async () => {
        const resource = await this.#client.resource({
          group: '',
          version: 'v1',
          kind: 'PersistentVolumeClaim',
        });
        return this.#client.get(resource, { namespace, name });
      }, undefined);
      if (!claim || claim.status?.phase === 'Bound') continue;
      const storageClass: unknown = claim.spec?.storageClassName;
      const of =
        typeof storageClass === 'string' && storageClass !== ''
          ? `storage class ${storageClass}`
          : 'no storage class';
      this.#tell(`PersistentVolumeClaim ${name} is ${claim.status?.phase ?? 'new'}, ${of}`);
      const [warning] = await this.#warningsAbout(claim);
      if (warning) this.#tellWarning(warning);
    }
  }
}

/** The exit code of a container that a probe has ended says nothing; the event does. */
function withProbe(explanation: Explanation, warnings: readonly Warning[]): Problem {
  const probe = warnings.find(
    ({ reason, message }) => reason === 'Unhealthy' && /^(Liveness|Startup)/.test(message),
  );
  return probe ? { ...explanation, message: probe.message } : explanation;
}

function shortened(line: string): string {
  const flat = line.replaceAll('\n', ' ');
  return flat.length > MOST_CHARACTERS ? `${flat.slice(0, MOST_CHARACTERS)}…` : flat;
}

/** What we may not see we do without. */
async function allowed<T>(read: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof KubeError) return otherwise;
    throw error;
  }
}
