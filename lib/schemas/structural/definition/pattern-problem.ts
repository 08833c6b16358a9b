/** What is certainly no pattern of Go's (RE2 syntax), in the words of its parser; what else may be wrong is left to the server. */

/** @returns undefined when nothing is known to be wrong */
export function patternProblem(pattern: string): string | undefined {
  // Quoted parts mean nothing.
  if (pattern.includes('\\Q')) return undefined;
  let depth = 0;
  // Whether there is something that a repetition can be of.
  let hasOperand = false;
  for (let at = 0; at < pattern.length; ) {
    const rest = pattern.slice(at);
    const lookaround = /^\(\?(?:<?[=!])/.exec(rest);
    if (lookaround) return `invalid or unsupported Perl syntax: \`${lookaround[0]}\``;
    const nested = at > 0 && hasOperand ? /^(?:[*+?]\??)[*+]/.exec(rest) : null;
    if (nested) return `invalid nested repetition operator: \`${nested[0]}\``;
    const escaped = /^\\[1-9]/.exec(rest);
    if (escaped) return `invalid escape sequence: \`${escaped[0]}\``;
    if (rest === '\\') return 'trailing backslash at end of expression: ``';
    const whole = /^\\./s.exec(rest) ?? classOf(rest);
    if (whole) {
      hasOperand = true;
      at += whole[0].length;
      continue;
    }
    const char = rest[0]!;
    const repeated = REPEATED.exec(rest);
    if (repeated) {
      const problem = hasOperand ? repeatProblem(repeated) : undefined;
      if (problem !== undefined) return problem;
    }
    if (char === '[') return `missing closing ]: \`${rest}\``;
    if ('*+?'.includes(char) && !hasOperand) return `missing argument to repetition operator: \`${char}\``;
    if (char === '(') depth++;
    if (char === ')' && --depth < 0) return `unexpected ): \`${pattern}\``;
    hasOperand = char !== '(' && char !== '|';
    at += char === '(' ? (/^\((?:\?(?:P?<\w+>|[a-zA-Z-]*[:)])?)?/.exec(rest)?.[0].length ?? 1) : 1;
    if (char === '(' && pattern[at - 1] === ')') depth--;
  }
  return depth > 0 ? `missing closing ): \`${pattern}\`` : undefined;
}

const REPEATED = /^\{(\d+)(?:,(\d*))?\}/;
const MOST = 1000;

function repeatProblem([text, least = '', most]: RegExpExecArray): string | undefined {
  const [low, high] = [Number(least), most ? Number(most) : Number(least)];
  return low > MOST || high > MOST || low > high ? `invalid repeat count: \`${text}\`` : undefined;
}

/** A class from its bracket to the one that closes it. */
function classOf(rest: string): RegExpExecArray | null {
  return /^\[\^?\]?(?:\[:\^?[a-z]+:\]|\\.|[^\]\\])*\]/s.exec(rest);
}
