/** Errors and warnings as GitLab shows them in a merge request (GitLab, "Code Quality report format"). */
import { createHash } from 'node:crypto';
import type { TruekeelError } from '../../lib/objects/index.ts';

export interface CodeQualityIssue {
  readonly description: string;
  readonly check_name: string;
  /** The same as long as it is the same problem, wherever its line goes. */
  readonly fingerprint: string;
  readonly severity: 'blocker' | 'minor';
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

/** @param program where those are shown that have no line of their own */
export function codeQuality(
  errors: readonly TruekeelError[],
  warnings: readonly TruekeelError[],
  program: string,
): readonly CodeQualityIssue[] {
  const seen = new Map<string, number>();
  const issue = (error: TruekeelError, severity: CodeQualityIssue['severity']): CodeQualityIssue => {
    const { code, constructPath = '', field = '', message, source } = error;
    const path = source?.file ?? program;
    const what = [code, path, constructPath, field, message].join('\0');
    const before = seen.get(what) ?? 0;
    seen.set(what, before + 1);
    return {
      description: message,
      check_name: code,
      fingerprint: createHash('sha256').update(`${what}\0${before}`).digest('hex'),
      severity,
      location: { path, lines: { begin: source?.line ?? 1 } },
    };
  };
  return [
    ...errors.map((error) => issue(error, 'blocker')),
    ...warnings.map((warning) => issue(warning, 'minor')),
  ];
}
