/** What a run does, application by application, for those who are told of it. */
import type { ApplyEvent } from '../../lib/apply/index.ts';
import type { ApplicationNews, ProblemNews } from '../../lib/notify/index.ts';
import {
  type DesiredApplication,
  formatKey,
  type ObjectKey,
  type TruekeelError,
} from '../../lib/objects/index.ts';

export class ReleaseProgress {
  readonly #applications: readonly DesiredApplication[];
  readonly #owners = new Map<string, string>();
  readonly #changed = new Map<string, number>();
  readonly #onWritten: (() => void) | undefined;
  /** Changes that are not written yet. */
  #left = 0;

  /** @param onWritten called once, when every change of the run is written; some may not be ready */
  constructor(applications: readonly DesiredApplication[], onWritten?: () => void) {
    this.#applications = applications;
    this.#onWritten = onWritten;
  }

  see(event: ApplyEvent): void {
    if (event.type === 'started') this.#left = event.total;
    if (event.type === 'written' && --this.#left === 0) this.#onWritten?.();
    if (event.type !== 'writing' && event.type !== 'written') return;
    const { application, key } = event;
    this.#owners.set(formatKey(key), application);
    if (event.type === 'written') this.#changed.set(application, (this.#changed.get(application) ?? 0) + 1);
  }

  /** Applications in which something changed or went wrong, by name. What is about no object is told of them all. */
  news(errors: readonly TruekeelError[]): readonly ApplicationNews[] {
    const problems = Map.groupBy(errors, ({ key }) => (key && this.#ownerOf(key)) ?? '');
    const common = problems.get('') ?? [];
    const names = [...new Set([...this.#changed.keys(), ...problems.keys()])]
      .filter((name) => name !== '')
      .sort();
    const told = names.length === 0 && common.length > 0 ? this.#applications.map(({ name }) => name) : names;
    return told.map((name) => ({
      name,
      changed: this.#changed.get(name) ?? 0,
      problems: [...(problems.get(name) ?? []), ...common].map(problemNews),
    }));
  }

  #ownerOf(key: ObjectKey): string | undefined {
    const text = formatKey(key);
    const known = this.#owners.get(text);
    if (known !== undefined) return known;
    return this.#applications.find(({ objects }) => objects.some((object) => formatKey(object.key) === text))
      ?.name;
  }
}

function problemNews({ code, key }: TruekeelError): ProblemNews {
  return { code, ...(key && { key: formatKey(key) }) };
}
