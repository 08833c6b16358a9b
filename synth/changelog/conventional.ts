/** Subjects by the rules of Conventional Commits 1.0.0, which many follow and nobody has to. */

export interface ConventionalSubject {
  /** In lower case: `feat`. */
  readonly type: string;
  readonly scope?: string;
  readonly breaking: boolean;
  readonly description: string;
}

/** @returns undefined for a subject that follows no such rule */
export function conventionalSubject(subject: string): ConventionalSubject | undefined {
  const match = /^([A-Za-z]+)(?:\(([^()]+)\))?(!)?: +(\S.*)$/.exec(subject);
  if (!match) return undefined;
  const [, type = '', scope, mark, description = ''] = match;
  return {
    type: type.toLowerCase(),
    ...(scope !== undefined && { scope }),
    breaking: mark !== undefined,
    description,
  };
}

/** Whether a message says in its footer that something breaks. */
export function saysBreaking(message: string): boolean {
  return /^BREAKING[ -]CHANGE: /m.test(message);
}
