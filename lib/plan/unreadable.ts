/** Where we may not look. What is there is not known, so nothing is concluded from not seeing it: no object there counts
 * as missing, none is deleted, and inventories go on naming such kinds. */
import { KubeError } from '../kube/index.ts';
import type { ObjectKey } from '../objects/index.ts';

/** A kind, as `formatGroupKind` writes it, in one namespace, or wherever it may be. */
interface Place {
  readonly kind: string;
  /** Absent: everywhere. */
  readonly namespace?: string;
}

export interface Unreadable extends Place {
  readonly error: KubeError;
}

/** Tells for keys whether somebody may look where they are. */
export class UnreadablePlaces {
  readonly list: readonly Unreadable[];
  readonly #errors: ReadonlyMap<string, KubeError>;

  constructor(list: readonly Unreadable[]) {
    this.list = list;
    this.#errors = new Map(list.map(({ kind, namespace, error }) => [placeName({ kind, namespace }), error]));
  }

  /** Why the object of a key cannot be seen; undefined when it can. */
  at({ group, kind, namespace }: ObjectKey): KubeError | undefined {
    if (this.#errors.size === 0) return undefined;
    const name = group === '' ? kind : `${kind}.${group}`;
    return (
      this.#errors.get(placeName({ kind: name })) ?? this.#errors.get(placeName({ kind: name, namespace }))
    );
  }
}

function placeName({ kind, namespace }: { readonly kind: string; readonly namespace?: string | undefined }) {
  return namespace === undefined ? kind : `${kind} ${namespace}`;
}

/** The answer of a read, or the error that says that it is not allowed.
 * @throws everything else that the read throws */
export async function unlessForbidden<T>(read: () => Promise<T>): Promise<T | KubeError> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof KubeError && error.code === 'FORBIDDEN') return error;
    throw error;
  }
}
