/** Live changes of an environment → edits of its program. */
import { renderedDigest } from '../../lib/branch/index.ts';
import type { Commit, Repository } from '../../lib/git/index.ts';
import type { KubeClient } from '../../lib/kube/index.ts';
import {
  compareText,
  type DesiredApplication,
  type DesiredObject,
  type Digest,
  formatKey,
  type KubernetesObject,
  type ObjectKey,
  parseApiVersion,
} from '../../lib/objects/index.ts';
import { mapConcurrent, type Plan, parseAddress } from '../../lib/plan/index.ts';
import { withCheckout } from '../pipeline/checkout.ts';
import { dayOf, type RenderRequest } from '../pipeline/render.ts';
import { isCommand } from '../program/index.ts';
import type { AskedField } from './asked-fields.ts';
import { isSameValue } from './derived-value.ts';
import { fieldOf } from './field-edit.ts';
import { type AdoptedField, findEdits, type UnplacedField } from './find-edits.ts';
import { type LiveChanges, liveChanges } from './live-changes.ts';
import { ProgramCopy } from './program-copy.ts';
import { programFiles } from './program-files.ts';
import type { Rendering } from './rendering.ts';
import type { EditedFile } from './unified-diff.ts';
import type { LeftField, Wish } from './wish.ts';

export interface AdoptRequest
  extends Pick<
    RenderRequest,
    'program' | 'cache' | 'packages' | 'commands' | 'programLimits' | 'charts' | 'typecheck'
  > {
  readonly environment: string;
  /** What is rendered. */
  readonly applications: readonly DesiredApplication[];
  /** How what is rendered and what is live differ. */
  readonly plan: Pick<Plan, 'changes'>;
  readonly client: KubeClient;
  /** The program that is edited: a revision. */
  readonly base: string;
  /** Only this object; all that drifted when absent. */
  readonly object?: ObjectKey;
  /** Only these fields. */
  readonly fields: readonly string[];
  /** How many edits are tried for a field. */
  readonly trials: number;
  /** Whether an edit is taken that changes other objects, too. */
  readonly shared: boolean;
}

export interface Adoption {
  readonly environment: string;
  /** The source commit that the edits are for. */
  readonly base: Commit;
  readonly adopted: readonly AdoptedField[];
  readonly unplaced: readonly UnplacedField[];
  readonly left: readonly LeftField[];
  readonly files: readonly EditedFile[];
  /** Of the environment, as the edited program renders it. */
  readonly digest: Digest | undefined;
  /** How often the program was run. */
  readonly runs: number;
  /** Fields that are no longer what they were when they were looked at. */
  changedSince(): Promise<readonly Wish[]>;
}

const READS_AT_A_TIME = 8;

/** @throws TruekeelError `INVALID_FIELD_NAME`, and what running the program throws when it does not render as it is */
export async function adoptLive(repository: Repository, request: AdoptRequest): Promise<Adoption> {
  const live = new LiveState(request);
  const { wishes, left } = await live.changes();
  const { base, environment } = request;
  const changedSince = async () => {
    const now = new Set((await live.changes()).wishes.map(nameOf));
    return wishes.filter((wish) => !now.has(nameOf(wish)));
  };
  if (wishes.length === 0) {
    const commit = await repository.commit(base);
    const nothing = { adopted: [], unplaced: [], files: [], digest: undefined, runs: 0 };
    return { environment, base: commit, left, ...nothing, changedSince };
  }
  return withCheckout(
    repository,
    {
      source: base,
      cache: request.cache,
      ...(request.packages !== undefined && { packages: request.packages }),
    },
    async ({ directory, commit }) => {
      const { program, typecheck, trials, shared, commands, programLimits, charts } = request;
      const sources = isCommand(program) ? [] : programFiles(directory, program);
      const originals = new Map(sources.map(({ path, text }) => [path, text]));
      const renderer = new ProgramCopy(
        directory,
        {
          ...{ program, now: dayOf(commit), ...programLimits },
          ...(commands && { commands }),
          ...(charts && { charts }),
        },
        originals,
      );
      const rendering = await renderer.render(new Map(), { typecheck });
      const { open, settled } = againstBase(environment, wishes, rendering);
      const found = await findEdits({
        environment,
        wishes: open,
        sources,
        rendering,
        renderer,
        trials,
        typecheck,
        shared,
      });
      const rendered = found.rendering.environments.find(({ name }) => name === environment);
      return {
        environment,
        base: commit,
        adopted: found.adopted,
        unplaced: found.unplaced,
        left: [...left, ...settled],
        files: [...found.texts]
          .map(([path, after]) => ({ path, before: originals.get(path)!, after }))
          .toSorted((a, b) => compareText(a.path, b.path)),
        digest: rendered && renderedDigest(rendered),
        runs: found.runs + 1,
        changedSince,
      };
    },
  );
}

/** Fields of which the program at the base says something else than what is rendered: somebody has dealt with them, or is
 * about to. */
function againstBase(
  environment: string,
  wishes: readonly Wish[],
  rendering: Rendering,
): { readonly open: readonly Wish[]; readonly settled: readonly LeftField[] } {
  const open: Wish[] = [];
  const settled: LeftField[] = [];
  for (const wish of wishes) {
    const object = rendering.objectOf(environment, wish)?.object;
    const value = object && fieldOf(object, wish.path);
    const { key, field } = wish;
    if (!object) settled.push({ key, field, because: 'the program no longer makes the object' });
    else if (isSameValue(value, wish.after))
      settled.push({ key, field, because: 'the program has it already: render and apply it' });
    else if (!isSameValue(value, wish.before))
      settled.push({ key, field, because: 'the program changed it meanwhile: render and apply it first' });
    else open.push(wish);
  }
  return { open, settled };
}

interface Owned {
  readonly application: DesiredApplication;
  readonly desired: DesiredObject;
  readonly key: DesiredObject['key'];
}

/** The objects that are looked at, as they are live. */
class LiveState {
  readonly #request: AdoptRequest;
  readonly #chosen: readonly Owned[];
  readonly #fields: readonly AskedField[];

  constructor(request: AdoptRequest) {
    this.#request = request;
    this.#chosen = chosenOf(request);
    this.#fields = request.fields.map(parseAddress);
  }

  async changes(): Promise<LiveChanges> {
    const found = await mapConcurrent(this.#chosen, READS_AT_A_TIME, async ({ application, desired }) => {
      const [[rendered], live] = await Promise.all([application.load([desired]), this.#read(desired)]);
      if (live) return liveChanges(application.name, desired, rendered!, live, this.#fields);
      return {
        wishes: [],
        left: [{ key: desired.key, because: 'it is not in the cluster: apply makes it again' }],
      };
    });
    return {
      wishes: found.flatMap(({ wishes }) => wishes),
      left: found.flatMap(({ left }) => left),
    };
  }

  async #read({ key, apiVersion }: DesiredObject): Promise<KubernetesObject | undefined> {
    const { client } = this.#request;
    const { group, version } = parseApiVersion(apiVersion);
    return client.get(await client.resource({ group, version, kind: key.kind }), key);
  }
}

function chosenOf({ applications, plan, object }: AdoptRequest): readonly Owned[] {
  const owned = applications.flatMap((application) =>
    application.objects.map((desired): Owned => ({ application, desired, key: desired.key })),
  );
  if (object !== undefined) {
    const name = formatKey(object);
    return owned.filter(({ key }) => formatKey(key) === name);
  }
  const drifted = new Set(
    plan.changes.flatMap(({ action, application, key }) =>
      action === 'change' ? [nameOf({ application, key, field: '' })] : [],
    ),
  );
  return owned.filter(({ application, key }) =>
    drifted.has(nameOf({ application: application.name, key, field: '' })),
  );
}

function nameOf(field: Pick<Wish, 'application' | 'key' | 'field'> & Partial<Pick<Wish, 'after'>>): string {
  const { application, key, after } = field;
  const { group, kind, namespace, name } = key;
  return JSON.stringify([application, group, kind, namespace, name, field.field, after ?? null]);
}
