/** Which pull request a commit brought, as forges write it into the message. */

export interface Merged {
  readonly number: number;
  /** Of the pull request, or of what it was squashed to. */
  readonly title: string;
}

/** @param message of a merge, or of a commit that a pull request was squashed to
 * @returns undefined where it names none */
export function mergedBy({
  subject,
  message,
}: {
  readonly subject: string;
  readonly message: string;
}): Merged | undefined {
  const body = message.slice(message.indexOf('\n') + 1).split('\n');
  const first = body.find((line) => line.trim() !== '')?.trim();
  const github = /^Merge pull request #(\d{1,9}) from \S+$/.exec(subject);
  if (github) return { number: Number(github[1]), title: first ?? subject };
  const bitbucket = /^Merged in \S+ \(pull request #(\d{1,9})\)$/.exec(subject);
  if (bitbucket) return { number: Number(bitbucket[1]), title: first ?? subject };
  const gitea = /^Merge pull request '(.*)' \(#(\d{1,9})\) from \S+(?: into \S+)?$/.exec(subject);
  if (gitea) return { number: Number(gitea[2]), title: gitea[1]! };
  const gitlab = /^See merge request \S*!(\d{1,9})$/m.exec(message);
  if (gitlab) {
    const isMerge = subject.startsWith("Merge branch '");
    return { number: Number(gitlab[1]), title: isMerge ? (first ?? subject) : subject };
  }
  const squashed = /^(.*\S) \((?:#|!)(\d{1,9})\)$/.exec(subject);
  return squashed ? { number: Number(squashed[2]), title: squashed[1]! } : undefined;
}
