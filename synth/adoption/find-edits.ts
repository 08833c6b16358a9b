/** Searches for edits of a program that make fields what they are live, and proves each of them by rendering. */
import { formatKey, TruekeelError } from '../../lib/objects/index.ts';
import { type Candidate, candidatesFor } from './candidate.ts';
import { withField } from './field-edit.ts';
import { type NewOverride, overrideCandidates, replacementFor } from './override.ts';
import { type ProgramSource, parseSource } from './program-source.ts';
import type { OtherChange, Rendering } from './rendering.ts';
import { applyEdit } from './text-edit.ts';
import type { Wish } from './wish.ts';

/** Renders a program. */
export interface Renderer {
  /** @param texts of the files that are edited, by path
   * @param typecheck whether its types are checked, too
   * @throws TruekeelError when it does not render */
  render(texts: ReadonlyMap<string, string>, options: { readonly typecheck: boolean }): Promise<Rendering>;
}

export interface FindRequest {
  readonly environment: string;
  readonly wishes: readonly Wish[];
  /** The program as it is. */
  readonly sources: readonly ProgramSource[];
  readonly rendering: Rendering;
  readonly renderer: Renderer;
  /** How many edits are tried for a field. */
  readonly trials: number;
  /** Whether the types of what was found are checked. */
  readonly typecheck: boolean;
  /** Whether an edit is taken that changes other objects, too. */
  readonly shared: boolean;
}

interface FoundEdit {
  readonly kind: 'code' | 'override';
  readonly file: string;
  readonly line: number;
  /** Places that would have done as well. */
  readonly alternatives: readonly Place[];
  /** What it changes beside what it is for; only where that was allowed. */
  readonly others: readonly OtherChange[];
}

interface Place {
  readonly file: string;
  readonly line: number;
}

export interface AdoptedField {
  readonly wish: Wish;
  readonly edit: FoundEdit;
  /** An edit in code that was not taken, for it changes more. */
  readonly passedOver?: Place & { readonly others: readonly OtherChange[] };
}

export interface UnplacedField {
  readonly wish: Wish;
  readonly error: TruekeelError;
}

export interface Found {
  readonly adopted: readonly AdoptedField[];
  readonly unplaced: readonly UnplacedField[];
  /** Edited files, by path. */
  readonly texts: ReadonlyMap<string, string>;
  readonly rendering: Rendering;
  /** How often the program was run. */
  readonly runs: number;
}

/** Places that are equally good are looked at as far as this, to be told. */
const MOST_ALTERNATIVES = 4;
/** Where an override may be written. */
const OVERRIDE_PLACES = 4;

export async function findEdits(request: FindRequest): Promise<Found> {
  const search = new Search(request);
  for (const wish of request.wishes) await search.inCode(wish);
  for (const wish of request.wishes) await search.byOverride(wish);
  return search.found();
}

interface Trial {
  readonly candidate: Candidate;
  readonly rendering: Rendering;
  readonly satisfied: readonly Wish[];
  readonly others: readonly OtherChange[];
}

class Search {
  readonly #request: FindRequest;
  readonly #sources: Map<string, ProgramSource>;
  readonly #texts = new Map<string, string>();
  readonly #adopted = new Map<Wish, FoundEdit>();
  readonly #passedOver = new Map<Wish, Trial>();
  /** Why the last of the edits that were tried for a field did not render. */
  readonly #problems = new Map<Wish, TruekeelError>();
  #rendering: Rendering;
  #runs = 0;

  constructor(request: FindRequest) {
    this.#request = request;
    this.#sources = new Map(request.sources.map((source) => [source.path, source]));
    this.#rendering = request.rendering;
  }

  /** Tries literals of the program. */
  async inCode(wish: Wish): Promise<void> {
    if (this.#adopted.has(wish)) return;
    const candidates = candidatesFor(wish, [...this.#sources.values()]).slice(0, this.#request.trials);
    let best: Trial | undefined;
    for (const [index, candidate] of candidates.entries()) {
      const trial = await this.#try(wish, candidate);
      if (!trial) continue;
      if (trial.others.length > 0) {
        if (!best || trial.others.length < best.others.length) best = trial;
        continue;
      }
      if (!(await this.#hasTypes(wish, candidate))) continue;
      const equals = candidates.slice(index + 1).filter(({ tier }) => tier === candidate.tier);
      const alternatives: Place[] = [];
      for (const other of equals.slice(0, MOST_ALTERNATIVES)) {
        const also = await this.#try(wish, other);
        if (also?.others.length === 0) alternatives.push(placeOf(other));
      }
      this.#accept('code', trial, alternatives);
      return;
    }
    if (!best) return;
    if (this.#request.shared && (await this.#hasTypes(wish, best.candidate))) this.#accept('code', best, []);
    else this.#passedOver.set(wish, best);
  }

  /** Tries an override of the environment. */
  async byOverride(wish: Wish): Promise<void> {
    if (this.#adopted.has(wish)) return;
    const { environment, wishes } = this.#request;
    const together = wishes.filter(
      (one) =>
        !this.#adopted.has(one) &&
        one.application === wish.application &&
        formatKey(one.key) === formatKey(wish.key),
    );
    // What replaces a list or an object has all that is to be in it; where that cannot be, as much as can.
    for (const some of together.length > 1 ? [together, [wish]] : [together]) {
      const override = this.#overrideFor(wish, some);
      if (!override) continue;
      const candidates = overrideCandidates(override, environment, [...this.#sources.values()]);
      for (const candidate of candidates.slice(0, OVERRIDE_PLACES)) {
        const trial = await this.#try(wish, candidate);
        if (trial?.others.length !== 0 || !(await this.#hasTypes(wish, candidate))) continue;
        this.#accept('override', trial, []);
        return;
      }
    }
  }

  found(): Found {
    const adopted: AdoptedField[] = [];
    const unplaced: UnplacedField[] = [];
    for (const wish of this.#request.wishes) {
      const edit = this.#adopted.get(wish);
      const trial = this.#passedOver.get(wish);
      const passedOver = trial && { ...placeOf(trial.candidate), others: trial.others };
      if (edit) adopted.push({ wish, edit, ...(passedOver && edit.kind === 'override' && { passedOver }) });
      else unplaced.push({ wish, error: this.#noEdit(wish, passedOver) });
    }
    return {
      adopted,
      unplaced,
      texts: this.#texts,
      rendering: this.#rendering,
      runs: this.#runs,
    };
  }

  /** @returns undefined when it does not render, or the field does not come out of it */
  async #try(wish: Wish, candidate: Candidate): Promise<Trial | undefined> {
    const { renderer, environment, wishes } = this.#request;
    try {
      this.#runs += 1;
      const rendering = await renderer.render(this.#with(candidate), { typecheck: false });
      const { satisfied, others } = rendering.judge(this.#rendering, environment, wishes);
      return satisfied.includes(wish) ? { candidate, rendering, satisfied, others } : undefined;
    } catch (error) {
      if (!(error instanceof TruekeelError)) throw error;
      this.#problems.set(wish, error);
      return undefined;
    }
  }

  async #hasTypes(wish: Wish, candidate: Candidate): Promise<boolean> {
    if (!this.#request.typecheck) return true;
    try {
      this.#runs += 1;
      await this.#request.renderer.render(this.#with(candidate), { typecheck: true });
      return true;
    } catch (error) {
      if (!(error instanceof TruekeelError)) throw error;
      this.#problems.set(wish, error);
      return false;
    }
  }

  #with({ file, edit }: Candidate): ReadonlyMap<string, string> {
    // A candidate is of one of the sources.
    return new Map([...this.#texts, [file, applyEdit(this.#sources.get(file)!.text, edit)]]);
  }

  #accept(kind: FoundEdit['kind'], trial: Trial, alternatives: readonly Place[]): void {
    const { candidate, rendering, satisfied, others } = trial;
    const { file } = candidate;
    const text = applyEdit(this.#sources.get(file)!.text, candidate.edit);
    const source = parseSource(file, text);
    // It was run, so it can be read.
    if (source) this.#sources.set(file, source);
    this.#texts.set(file, text);
    this.#rendering = rendering;
    const edit: FoundEdit = { kind, ...placeOf(candidate), alternatives, others };
    for (const wish of satisfied) this.#adopted.set(wish, edit);
  }

  /** @param wishes what is to be in the object then */
  #overrideFor(wish: Wish, wishes: readonly Wish[]): NewOverride | undefined {
    const rendered = this.#rendering.objectOf(this.#request.environment, wish)?.object;
    if (!rendered) return undefined;
    const wanted = wishes.reduce((object, one) => withField(object, one), rendered);
    const replacement = replacementFor(rendered, wanted, wish.path);
    return (
      replacement && {
        path: replacement.pointer,
        value: replacement.value,
        reason: reasonFor(wish),
        kind: wish.key.kind,
        name: wish.key.name,
        application: wish.application,
      }
    );
  }

  #noEdit(wish: Wish, passedOver: AdoptedField['passedOver']): TruekeelError {
    const hint = this.#hint(this.#problems.get(wish), passedOver);
    return new TruekeelError(`no edit of the program makes ${wish.field} what it is live`, {
      code: 'ADOPT_NO_EDIT',
      key: wish.key,
      field: wish.field,
      hint,
      ...(wish.constructPath !== undefined && { constructPath: wish.constructPath }),
      ...(wish.source && { source: wish.source }),
    });
  }

  #hint(why: TruekeelError | undefined, passedOver: AdoptedField['passedOver']): string {
    if (passedOver) {
      const { file, line, others } = passedOver;
      return `An edit at ${file}:${line} would do it and change ${others.length} more; take it with --shared.`;
    }
    if (why) return `The last edit that was tried was refused: ${why.message.split('\n')[0]}`;
    return this.#sources.size === 0
      ? 'Programs in TypeScript and JavaScript are edited, others by people.'
      : 'Change the construct that makes it, or let apply take the change back.';
  }
}

function placeOf({ file, line }: Candidate): Place {
  return { file, line };
}

function reasonFor({ writer }: Wish): string {
  if (!writer) return 'adopted from the cluster';
  const day = writer.time === undefined ? '' : ` on ${writer.time.slice(0, 10)}`;
  return `adopted from the cluster, where ${writer.manager} set it${day}`;
}
