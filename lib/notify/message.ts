/** A request to a sink: what is posted, and where. */
export interface Message {
  /** May let whoever knows it write to the sink: never shown. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The content of the Secret that a notification names, as text. */
export type SecretValues = Readonly<Record<string, string>>;

/** Why a notification cannot be sent, without anything of a Secret in it. */
export class Unsendable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Unsendable';
  }
}
