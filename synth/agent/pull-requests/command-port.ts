/** What commands in comments can have done, each entry as the verb of the same name does it. */
import type { ForgeUser } from '../../../lib/forge/index.ts';

export interface Asked {
  /** The pull request. */
  readonly number: number;
  readonly commentId: string;
  readonly by: ForgeUser;
  /** Milliseconds since 1970 when it was written, by the forge's clock. */
  readonly at: number;
  /** Its address, or what comes closest to it. */
  readonly url: string;
}

/** What was done, as sentences for the one who asked. Asked for again, an entry does nothing twice: whoever calls it may have
 * died before it could write down that it did. */
export type Done = Promise<string>;

/** An agent leaves out what it cannot do: then nobody hears of that command from it. */
export interface CommandPort {
  /** Approves what the reviews of the pull request say. */
  readonly approve?: (asked: Asked) => Done;
  /** Has a preview made. @param commit which commit of a fork the one who asks looked at */
  readonly preview?: (asked: Asked, commit: string | undefined) => Done;
  /** Proposes a rollback as a pull request. @param to a rendered commit; the release before when absent */
  readonly rollback?: (asked: Asked, to: string | undefined) => Done;
  /** Takes back at once. */
  readonly rollbackNow?: (asked: Asked, to: string | undefined) => Done;
  readonly hold?: (asked: Asked, reason: string) => Done;
  readonly releaseHold?: (asked: Asked) => Done;
  readonly promote?: {
    /** Environments that are promoted to from here. @throws what rendering the newest source commit throws */
    readonly serves: (environment: string) => Promise<boolean>;
    readonly to: (asked: Asked, environment: string) => Done;
  };
}
