/** Says what a text has that a SOPS file has not, as the rest of a sentence that begins with the name of the file. */
export class UnreadableDocument extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnreadableDocument';
  }
}
